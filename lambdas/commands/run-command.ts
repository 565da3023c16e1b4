import { decideByLink, type LinkCommand } from '../../core/decide/by-link.ts';
import { type Command, decide } from '../../core/decide/decide.ts';
import type { Decision } from '../../core/decide/decision.ts';
import type { Entry } from '../../core/entry.ts';
import { fold, foldEntry } from '../../core/fold.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Request } from '../../core/request.ts';
import type { Services } from '../services.ts';
import { decideAndAppend } from './decide-and-append.ts';

/** What a command came to, and the request after it. */
export type Done =
  | { kind: 'appended' | 'recorded'; entry: Entry; request: Request }
  | { kind: 'refused'; refusal: Refusal; request: Request | undefined };

/** Does a command on a request. `loaded` spares the first reading. Throws where a dependency fails, and the request is as it was. */
export function runCommand(services: RunServices, id: string, command: Command, loaded?: Entry[]): Promise<Done> {
  return run(services, id, (request, now) => decide(request, command, now), loaded);
}

/** The same for what comes of a link's page: a function that imports this alone holds no other command. */
export function runLinkCommand(
  services: RunServices,
  id: string,
  command: LinkCommand,
  loaded?: Entry[],
): Promise<Done> {
  return run(services, id, (request, now) => decideByLink(request, command, now), loaded);
}

type RunServices = Pick<Services, 'log' | 'clock'>;

async function run(
  services: RunServices,
  id: string,
  decides: (request: Request | undefined, now: string) => Decision,
  loaded?: Entry[],
): Promise<Done> {
  const rules = { fold, foldEntry, decide: decides };
  const { state: request, ...done } = await decideAndAppend<Request, Entry>(services, id, rules, loaded);
  if (done.kind === 'refused') return { ...done, request };
  if (!request) throw new Error('a command is recorded in an empty log');
  return { ...done, request };
}
