import type { FormField, FormProblem } from '../../core/view.ts';
import { html, type Markup, type Part } from '../markup.ts';

/** What every control of a form says of itself besides its name. */
export interface Described {
  /** `aria-describedby`. */
  describes: Markup;
  /** The same and, where what was typed is wrong, `aria-invalid`. */
  attributes: Markup;
  /** Stands between label and control. */
  words: Markup;
}

/** A field's hint and what is wrong with it, and the attributes that tie both to its control. */
export function described(field: FormField, hint: Part, problems: readonly FormProblem[]): Described {
  const wrong = problems.filter((problem) => problem.field === field);
  const ids = [...(hint ? [`${field}-hint`] : []), ...(wrong.length > 0 ? [`${field}-problem`] : [])].join(' ');
  const describes = html`${ids !== '' && html` aria-describedby="${ids}"`}`;
  return {
    describes,
    attributes: html`${describes}${wrong.length > 0 && html` aria-invalid="true"`}`,
    words: html`${hint && html`<p class="hint" id="${field}-hint">${hint}</p>`}${problemWords(field, wrong)}`,
  };
}

function problemWords(field: FormField, wrong: readonly FormProblem[]): Markup | undefined {
  if (wrong.length === 0) return undefined;
  return html`<p class="problem" id="${field}-problem">${wrong.map(({ message }) => html`<span>${message}</span> `)}</p>`;
}

/** A box to tick, with its label beside it. */
export function box(of: { id: string; name: string; label: Part; ticked: boolean; attributes?: Part }): Markup {
  return html`<div class="check"><input type="checkbox" id="${of.id}" name="${of.name}" value="yes"${of.ticked && html` checked`}${of.attributes}><label for="${of.id}">${of.label}</label></div>`;
}

/** A time in UTC to choose. */
export function timeField(of: {
  field: FormField;
  name: string;
  label: string;
  hint: Part;
  value: string;
  problems: readonly FormProblem[];
}): Markup {
  const { attributes, words } = described(of.field, of.hint, of.problems);
  return html`<label for="${of.field}">${of.label}</label>${words}
<input type="datetime-local" id="${of.field}" name="${of.name}" value="${of.value}"${attributes}>`;
}
