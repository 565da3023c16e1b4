import { usage } from './failure.ts';

/** A request's `id`, checked. Throws a usage failure where it is none: most often it is the caller's own key. */
export function checkedId(given: string): string {
  if (/^[a-z2-7]{32}$/.test(given)) return given;
  throw usage(`'${given}' is not a request's id (32 letters and digits, printed when it was opened).`, [
    'To find a request by your own key: countersign show --request-id KEY',
  ]);
}
