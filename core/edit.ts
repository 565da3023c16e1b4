import { canonicalJson } from './canonical.ts';
import { isJson, payloadProblem } from './intake/payload.ts';
import { pointerSteps, valueAt, withValueAt } from './intake/pointer.ts';
import type { Json } from './json.ts';
import { limits } from './limits.ts';
import { visible } from './visible.ts';

/** A value of a payload that an approver may change, as a field of a form. */
export interface EditableField {
  /** JSON Pointer to the value. */
  pointer: string;
  /** What it is called, unlike any other field. */
  label: string;
  kind: 'number' | 'yes_no' | 'line' | 'lines' | 'json';
  /** The value as one would type it. */
  text: string;
}

/** What a form asks besides: no editable value may go by these names. */
const taken = ['Comment', 'Conditions', 'Delegate to', 'Takes effect at', 'Not after', 'Ask me again after changes'];

/**
 * The fields for what may be changed in a payload, in the request's order. None for what no field could give back as it
 * was (nothing at all, text with something unseen in it, or too long), nor for what lies inside another editable value.
 */
export function editableFields(payload: Json, editable: readonly string[]): EditableField[] {
  const outer = (pointer: string) => editable.some((other) => pointer.startsWith(`${other}/`));
  const offered = editable
    .filter((pointer, i) => !outer(pointer) && editable.indexOf(pointer) === i)
    .flatMap((pointer) => {
      const typed = asTyped(valueAt(payload, pointer));
      return typed ? [{ pointer, ...typed }] : [];
    });
  const labels = labelsOf(offered.map(({ pointer }) => pointer));
  return offered.map((field, i) => ({ ...field, label: labels[i] ?? field.pointer }));
}

function asTyped(value: Json | undefined): Pick<EditableField, 'kind' | 'text'> | undefined {
  if (typeof value === 'number') return { kind: 'number', text: canonicalJson(value) };
  if (typeof value === 'boolean') return { kind: 'yes_no', text: String(value) };
  if (value === undefined || value === null) return undefined;
  const isText = typeof value === 'string';
  const text = isText ? value : JSON.stringify(value, null, 2);
  if (text.length > limits.editableText || text.includes('\r') || visible(text) !== text) return undefined;
  if (!isText) return { kind: 'json', text };
  return { kind: text.length > 80 || text.includes('\n') ? 'lines' : 'line', text };
}

/** The last step of each, with as many before it as tell it from the others. */
function labelsOf(pointers: readonly string[]): string[] {
  const steps = pointers.map((pointer) => pointerSteps(pointer) ?? []);
  const longest = Math.max(0, ...steps.map(({ length }) => length));
  let labels = steps.map((path) => labelOf(path, 1));
  for (let count = 2; count <= longest; count++) {
    const known = [...taken, ...labels].map((label) => label.toLowerCase());
    const isUnique = (label: string) => known.filter((other) => other === label.toLowerCase()).length === 1;
    labels = labels.map((label, i) => (isUnique(label) ? label : labelOf(steps[i] ?? [], count)));
  }
  // What still has a name of ours or of another (`/a_b` and `/aB`) is called by its place.
  const all = [...taken, ...labels].map((label) => label.toLowerCase());
  return labels.map((label, i) =>
    all.filter((other) => other === label.toLowerCase()).length > 1 ? `Value at ${pointers[i]}` : label,
  );
}

/** `/servers/0/max_size` → `Max size`, `Servers, item 1, max size` with more steps. */
function labelOf(path: readonly string[], count: number): string {
  if (path.length === 0) return 'The whole';
  const isItem = (step: string) => /^[0-9]+$/.test(step);
  let from = Math.max(0, path.length - count);
  // "Item 1" alone says nothing.
  while (from > 0 && isItem(path[from] ?? '')) from--;
  const words = path
    .slice(from)
    .map((step) => (isItem(step) ? `item ${Number(step) + 1}` : inWords(step)))
    .join(', ');
  return visible(words.slice(0, 1).toUpperCase() + words.slice(1)).slice(0, limits.name);
}

/** `max_replicas` and `maxReplicas` → `max replicas`. */
export function inWords(name: string): string {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[_\-\s]+/g, ' ');
  return (spaced.trim() || name).replace(/ ([A-Z])(?![A-Z])/g, (_, letter: string) => ` ${letter.toLowerCase()}`);
}

/** What was typed comes to: the payload, and the pointers of what is different in it. */
export interface Edit {
  payload: Json;
  changed: string[];
}

/** What is wrong with a typed value. `field` is its place in the list of fields. */
export interface EditProblem {
  field: number;
  message: string;
}

/**
 * The payload with what was typed in it, or what is wrong with that. `typed` goes by the fields' places; what was not
 * sent is unchanged, and so is what was sent as it was.
 */
export function editOf(
  payload: Json,
  fields: readonly EditableField[],
  typed: readonly (string | undefined)[],
): Edit | { problems: EditProblem[] } {
  const problems: EditProblem[] = [];
  const edit: Edit = { payload, changed: [] };
  fields.forEach((field, i) => {
    const text = typed[i];
    if (text === undefined || text === field.text) return;
    const read = valueTyped(field, text, valueAt(payload, field.pointer));
    if ('wrong' in read) problems.push({ field: i, message: read.wrong });
    else if (canonicalJson(read.value) !== canonicalJson(valueAt(payload, field.pointer))) {
      edit.payload = withValueAt(edit.payload, field.pointer, read.value);
      edit.changed.push(field.pointer);
    }
  });
  const whole = edit.changed.length > 0 ? payloadProblem(edit.payload) : undefined;
  if (problems.length === 0 && whole) {
    const field = fields.findIndex(({ pointer }) => edit.changed.includes(pointer));
    problems.push({ field, message: `What would be done ${whole}.` });
  }
  return problems.length > 0 ? { problems } : edit;
}

/** What was typed as a value of the kind it was, or what is wrong with it. */
function valueTyped(field: EditableField, text: string, before: Json | undefined): { value: Json } | { wrong: string } {
  if (text.length > limits.editableText)
    return { wrong: `It has ${text.length} characters; ${limits.editableText} are allowed.` };
  switch (field.kind) {
    case 'number':
      return numberTyped(text.trim());
    case 'yes_no':
      return text === 'true' || text === 'false' ? { value: text === 'true' } : { wrong: 'Choose yes or no.' };
    case 'line':
    case 'lines':
      return text.isWellFormed() ? { value: text } : { wrong: 'It holds half a character.' };
    case 'json':
      return jsonTyped(text, Array.isArray(before) ? 'a list' : 'an object');
  }
}

function numberTyped(text: string): { value: number } | { wrong: string } {
  if (!/^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$/.test(text))
    return { wrong: 'It was a number and has to stay one: digits, with a point before decimals.' };
  const [digits = ''] = text.toLowerCase().split('e');
  const significant = digits.replace(/[+\-.]/g, '').replace(/^0+|0+$/g, '');
  const value = Number(text);
  // More of them would run as another number than the one typed.
  if (significant.length > 15 || !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    return { wrong: 'It is a number with more digits than are kept exactly: 15 at most.' };
  if (value === 0 && significant !== '') return { wrong: 'It is a number too small to be kept.' };
  return { value: value === 0 ? 0 : value };
}

function jsonTyped(text: string, kind: 'a list' | 'an object'): { value: Json } | { wrong: string } {
  const wrong = { wrong: `It was ${kind} and has to stay one, written as JSON.` };
  const numbers = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*/g)].map(([token]) => token);
  for (const number of numbers) {
    const read = number.startsWith('"') ? undefined : numberTyped(number);
    if (read && 'wrong' in read) return { wrong: `${number.slice(0, 40)}: ${read.wrong}` };
  }
  try {
    const value: unknown = JSON.parse(text);
    const isList = Array.isArray(value);
    if (typeof value !== 'object' || value === null || isList !== (kind === 'a list')) return wrong;
    return isJson(value) ? { value } : wrong;
  } catch {
    return wrong;
  }
}
