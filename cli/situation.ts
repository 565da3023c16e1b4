import { didYouMean } from '../core/did-you-mean.ts';
import { excludedOf, findPerson } from '../core/identity.ts';
import { type Ask, parseAsk } from '../core/intake/ask.ts';
import type { JsonObject } from '../core/json.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Situation } from '../core/policy/situation.ts';
import { visibleLine } from '../core/visible.ts';
import { usage } from './failure.ts';

export interface Imagined {
  /** As for `Request Approval`, as far as it is known. */
  ask: JsonObject;
  /** Who signs the call: a key of the directory, or an address. */
  as: string | undefined;
  source: string;
  /** ISO, or a day. */
  at: string | undefined;
}

/** A request as the policy would meet it. Throws a usage failure that names every mistake in what was given. */
export function situationOf(policy: Policy, { ask: given, as, source, at }: Imagined): Situation {
  // What a policy does not look at need not be said.
  const stand = { title: 'What if', ...(given.payloadRef === undefined && { payload: {} }), ...given };
  const read = parseAsk(stand, { requestedByRequired: false, source });
  if ('code' in read) {
    const lines = read.errors.map(({ path, message }) => visibleLine(`${path || 'the whole'}: ${message}`));
    throw usage('The request is not valid.', lines);
  }
  const person = as === undefined ? undefined : personIn(policy, as);
  const address = person === undefined ? undefined : policy.directory.people[person]?.email;
  const claim = claimOf(read.ask, read.ask.requestedBy ?? address ?? '');
  return {
    now: timeOf(at),
    source,
    claim,
    payload: given.payload,
    excluded: excludedOf(policy, {
      ...(claim.requestedBy !== '' && { requestedBy: claim.requestedBy }),
      ...(claim.authors && { authors: claim.authors }),
      ...(person !== undefined && { verifiedPerson: person }),
    }),
    verified: person,
  };
}

function claimOf(ask: Ask, requestedBy: string): Situation['claim'] {
  const { requestId: _, taskToken: __, payload: ___, payloadRef: ____, ...claim } = ask;
  return { ...claim, requestedBy };
}

function personIn(policy: Policy, given: string): string {
  const { people } = policy.directory;
  if (Object.hasOwn(people, given)) return given;
  const found = given.includes('@') ? findPerson(policy, given)?.key : undefined;
  if (found !== undefined) return found;
  const names = Object.entries(people).flatMap(([key, { email }]) => [key, email]);
  const meant = didYouMean(given, names);
  throw usage(
    `The policy's directory has no '${visibleLine(given)}'${meant === undefined ? '.' : `; did you mean '${meant}'?`}`,
  );
}

function timeOf(at: string | undefined): string {
  const time = at === undefined ? new Date() : new Date(at);
  if (Number.isNaN(time.getTime()))
    throw usage(`--at is no time: '${visibleLine(at ?? '')}'. Write it as 2026-11-21T10:00:00Z.`);
  return time.toISOString();
}
