/** A fault a person can put right: its message is one sentence that says how, and is shown without a stack. */
export class Trouble extends Error {
  override name = 'Trouble';
}

/** What to print for anything that was thrown: the sentence for a `Trouble`, the whole story for a surprise. */
export function explain(error: unknown): string {
  if (error instanceof Trouble) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
