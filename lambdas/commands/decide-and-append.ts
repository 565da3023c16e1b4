import type { Refusal } from '../../core/refusal.ts';
import type { Log, Services } from '../services.ts';

/** How a kind of log is read and decided on. */
export interface Rules<S, E> {
  fold(entries: readonly E[]): S | undefined;
  foldEntry(state: S | undefined, entry: E): S;
  decide(
    state: S | undefined,
    now: string,
  ): { kind: 'append' | 'recorded'; entry: E } | { kind: 'refused'; refusal: Refusal };
}

/** What was decided, and what the log says after it. */
export type Decided<S, E> =
  | { kind: 'appended'; entry: E; state: S }
  | { kind: 'recorded'; entry: E; state: S | undefined }
  | { kind: 'refused'; refusal: Refusal; state: S | undefined };

/** How often a command is decided again because somebody else's entry came first. */
const attempts = 30;

/**
 * Load the log, decide, append one entry; where somebody else was first, load and decide again.
 * `loaded` spares the first reading. Throws where a dependency fails, and the log is as it was.
 */
export async function decideAndAppend<S, E>(
  { log, clock }: { log: Log<E>; clock: Services['clock'] },
  id: string,
  rules: Rules<S, E>,
  loaded?: E[],
): Promise<Decided<S, E>> {
  let entries = loaded;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const state = rules.fold(entries ?? (await log.read(id)));
    const decision = rules.decide(state, clock().toISOString());
    if (decision.kind === 'refused') return { ...decision, state };
    const { entry } = decision;
    if (decision.kind === 'recorded') return { kind: 'recorded', entry, state };
    const written = await log.append(entry);
    if (written !== 'taken') return { kind: 'appended', entry, state: rules.foldEntry(state, entry) };
    entries = undefined;
  }
  throw new Error(`${id}: ${attempts} other entries came first, one after the other`);
}
