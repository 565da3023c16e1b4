import { type Command, decide } from '../../core/decide/decide.ts';
import type { Entry } from '../../core/entry.ts';
import { fold, foldEntry } from '../../core/fold.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Request } from '../../core/request.ts';
import type { Services } from '../services.ts';

/** What a command came to, and the request after it. */
export type Done =
  | { kind: 'appended' | 'recorded'; entry: Entry; request: Request }
  | { kind: 'refused'; refusal: Refusal; request: Request | undefined };

/** How often a command is decided again because somebody else's entry came first. */
const attempts = 30;

/**
 * Load the log, decide, append one entry; where somebody else was first, load and decide again.
 * `loaded` spares the first reading. Throws where a dependency fails, and the request is as it was.
 */
export async function runCommand(
  { log, clock }: Pick<Services, 'log' | 'clock'>,
  id: string,
  command: Command,
  loaded?: Entry[],
): Promise<Done> {
  let entries = loaded;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const request = fold(entries ?? (await log.read(id)));
    const decision = decide(request, command, clock().toISOString());
    if (decision.kind === 'refused') return { ...decision, request };
    if (decision.kind === 'recorded') {
      if (!request) throw new Error('a command is recorded in an empty log');
      return { ...decision, request };
    }
    const written = await log.append(decision.entry);
    if (written !== 'taken') {
      return { kind: 'appended', entry: decision.entry, request: foldEntry(request, decision.entry) };
    }
    entries = undefined;
  }
  throw new Error(`request ${id}: ${attempts} other entries came first, one after the other`);
}
