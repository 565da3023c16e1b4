import type { EditableField } from '../../core/edit.ts';
import { limits } from '../../core/limits.ts';
import type { FormProblem, ReviewView, TypedForm } from '../../core/view.ts';
import { foreign, html, type Markup } from '../markup.ts';
import { described } from './field.ts';

/** The values that may be changed, each in a field of its own; nothing where there are none. */
export function valueFields(
  { fields }: Pick<ReviewView, 'fields'>,
  typed: TypedForm,
  problems: readonly FormProblem[],
): Markup | undefined {
  if (fields.length === 0) return undefined;
  return html`<fieldset><legend>What you may change</legend>
<p class="hint">Change a value and approve: then what is done is what you typed. The policy looks at it again, and whoever has approved before is asked anew.</p>
${fields.map((field, place) => valueField(field, place, typed.values?.[place] ?? field.text, problems))}</fieldset>`;
}

function valueField(field: EditableField, place: number, text: string, problems: readonly FormProblem[]): Markup {
  const id = `value-${place}` as const;
  const { attributes, words } = described(
    id,
    html`At <span class="code">${foreign(field.pointer)}</span>, ${kinds[field.kind]}. Now: ${nowOf(field)}`,
    problems,
  );
  const label = html`<label for="${id}"><bdi>${field.label}</bdi></label>${words}`;
  switch (field.kind) {
    case 'number':
      return html`${label}<input type="text" inputmode="decimal" autocomplete="off" id="${id}" name="${id}" maxlength="40" value="${text}"${attributes}>`;
    case 'line':
      return html`${label}<input type="text" dir="auto" autocomplete="off" id="${id}" name="${id}" maxlength="${limits.editableText}" value="${text}"${attributes}>`;
    case 'yes_no':
      return html`${label}<select id="${id}" name="${id}"${attributes}>${['true', 'false'].map(
        (value) => html`<option value="${value}"${value === text && html` selected`}>${yesNo(value)}</option>`,
      )}</select>`;
    case 'lines':
    case 'json':
      return html`${label}<textarea id="${id}" name="${id}" dir="auto" rows="4" spellcheck="false" maxlength="${limits.editableText}"${attributes}${field.kind === 'json' && html` class="code"`}>
${text}</textarea>`;
  }
}

const kinds: Record<EditableField['kind'], string> = {
  number: 'a number',
  yes_no: 'yes or no',
  line: 'text',
  lines: 'text',
  json: 'JSON',
};

function yesNo(value: string): string {
  return value === 'true' ? 'Yes (true)' : 'No (false)';
}

function nowOf({ kind, text }: EditableField): Markup {
  if (kind === 'yes_no') return html`${yesNo(text)}`;
  if (text === '') return html`empty`;
  return text.length > 80 || text.includes('\n') ? html`as it stands above` : foreign(text);
}
