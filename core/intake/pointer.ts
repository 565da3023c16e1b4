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
  const steps = pointerSteps(pointer);
  if (!steps) return false;
  let at: Json | undefined = value;
  for (const step of steps) {
    if (Array.isArray(at)) at = /^(0|[1-9][0-9]*)$/.test(step) ? at[Number(step)] : undefined;
    else if (typeof at === 'object' && at !== null) at = Object.hasOwn(at, step) ? at[step] : undefined;
    else return false;
    if (at === undefined) return false;
  }
  return true;
}

/** Which of the editable pointers point nowhere in the payload. For a payload by reference, to be asked once it is read. */
export function editableProblems(editable: readonly string[] | undefined, payload: Json): Problem[] {
  return (editable ?? []).flatMap((pointer, i) =>
    pointsInto(payload, pointer)
      ? []
      : [{ path: `editable.${i}`, message: `'${pointer}' does not point to anything in the payload` }],
  );
}
