import type { Json } from '../json.ts';
import type { Problem } from '../refusal.ts';

/** RFC 6901: the steps of a JSON Pointer; undefined where it is none. */
export function pointerSteps(pointer: string): string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Does the value have something at that pointer? */
export function pointsInto(value: Json, pointer: string): boolean {
  return valueAt(value, pointer) !== undefined;
}

/** What the value has at that pointer; undefined where it has nothing there. */
export function valueAt(value: Json, pointer: string): Json | undefined {
  return pointerSteps(pointer)?.reduce<Json | undefined>(inside, value);
}

/** The value with something else at that pointer, which has to point into it; the value itself stays as it is. */
export function withValueAt(value: Json, pointer: string, replacement: Json): Json {
  const steps = pointerSteps(pointer);
  if (!steps || !pointsInto(value, pointer)) throw new Error(`'${pointer}' does not point into the value`);
  return replaced(value, steps, replacement);
}

function replaced(value: Json, steps: readonly string[], replacement: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item, i) => (i === Number(step) ? replaced(item, rest, replacement) : item));
  if (typeof value !== 'object' || value === null) return value;
  // Entry by entry: a key called `__proto__` is a key like any other.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === step ? replaced(item, rest, replacement) : item]),
  );
}

function inside(value: Json | undefined, step: string): Json | undefined {
  if (Array.isArray(value)) return /^(0|[1-9][0-9]*)$/.test(step) ? value[Number(step)] : undefined;
  if (typeof value === 'object' && value !== null) return Object.hasOwn(value, step) ? value[step] : undefined;
  return undefined;
}

/** Which of the editable pointers point nowhere in the payload. For a payload by reference, to be asked once it is read. */
export function editableProblems(editable: readonly string[] | undefined, payload: Json): Problem[] {
  return (editable ?? []).flatMap((pointer, i) =>
    pointsInto(payload, pointer)
      ? []
      : [{ path: `editable.${i}`, message: `'${pointer}' does not point to anything in the payload` }],
  );
}
