import { addressesOf, addressForms, principalOf } from '../identity.ts';
import { type Problem, type Refusal, refuse } from '../refusal.ts';
import { membersOf } from './directory.ts';
import { fitsPattern, literalLength } from './pattern.ts';
import type { Policy, Source } from './policy.ts';

/** How a request came in, as AWS tells it; nothing here is the requester's own word. */
export interface CameIn {
  via: 'event' | 'execution' | 'api';
  /** The event's `source`. */
  eventSource?: string;
  /** The account it came from: the event's, the caller's. */
  account: string;
  /** Name of the approval state machine that was started. */
  machineName?: string;
  /** ARN of the IAM principal that signed the call. */
  principal?: string;
}

/**
 * The source of a request: `events:<event source>@<account>`, `states:<state machine>`, `iam:<role>` (`iam:user/<name>`
 * for an IAM user, `iam:root` for the account itself). Throws where AWS did not say what it must.
 */
export function sourceOf(of: CameIn): string {
  switch (of.via) {
    case 'event':
      if (of.eventSource === undefined) throw new Error('an event without a source');
      return `events:${of.eventSource}@${of.account}`;
    case 'execution':
      if (of.machineName === undefined) throw new Error('an execution without the name of its state machine');
      return `states:${of.machineName}`;
    case 'api': {
      const principal = principalOf(of.principal ?? '');
      if (!principal) throw new Error('a signed call without the ARN of who signed it');
      switch (principal.kind) {
        case 'role':
          return `iam:${principal.role}`;
        case 'user':
          return `iam:user/${principal.user}`;
        case 'other':
          return `iam:${principal.name}`;
      }
    }
  }
}

/** What the policy says of a source: the most specific pattern that fits, by length without `*`. */
export function findSource(policy: Policy, source: string): { pattern: string; rule: Source } | undefined {
  const fitting = Object.entries(policy.sources).filter(([pattern]) => fitsPattern(pattern, source));
  fitting.sort(([a], [b]) => literalLength(b) - literalLength(a) || a.length - b.length || (a < b ? -1 : 1));
  const [first] = fitting;
  return first && { pattern: first[0], rule: first[1] };
}

/** What of a claim a source must be allowed to say. */
export interface Claimed {
  requestedBy?: string | undefined;
  authors?: readonly string[] | undefined;
  environment: string;
  facts?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * May this source claim that? Refuses with `source_not_registered`, or with `claim_not_allowed` and one problem for each
 * field. `self` is the directory key of the verified person asking: anybody may name themselves.
 */
export function checkClaim(policy: Policy, source: string, claim: Claimed, self?: string): Refusal | undefined {
  const found = findSource(policy, source);
  if (!found) return refuse('source_not_registered', `The policy does not register the source '${source}'.`, 'source');
  const { rule } = found;
  const me = self === undefined ? undefined : policy.directory.people[self];
  const mine = me ? addressesOf(me) : [];
  const mayName = (address: string) =>
    addressForms(address).some((form) => mine.includes(form)) ||
    rule.may_name.some((pattern) => fitsAddress(pattern, address));

  const problems: Problem[] = [];
  const refuseName = (path: string, address: string) =>
    problems.push({ path, message: `the policy does not let '${source}' name '${address}'` });
  if (claim.requestedBy !== undefined && !mayName(claim.requestedBy)) refuseName('requestedBy', claim.requestedBy);
  claim.authors?.forEach((author, i) => {
    if (!mayName(author)) refuseName(`authors.${i}`, author);
  });
  if (!rule.environments.some((pattern) => fitsPattern(pattern.toLowerCase(), claim.environment.toLowerCase())))
    problems.push({
      path: 'environment',
      message: `the policy does not let '${source}' ask for the environment '${claim.environment}'`,
    });
  for (const fact of Object.keys(claim.facts ?? {}))
    if (!rule.facts.some((pattern) => fitsPattern(pattern, fact)))
      problems.push({ path: `facts.${fact}`, message: `the policy does not let '${source}' state this fact` });
  if (problems.length === 0) return undefined;
  return refuse('claim_not_allowed', `The policy does not let '${source}' claim that.`, problems);
}

/** Case aside, and `+tag` and the like where the pattern is a plain address. */
function fitsAddress(pattern: string, address: string): boolean {
  if (fitsPattern(pattern.toLowerCase(), address.trim().toLowerCase())) return true;
  // A look-alike of an address that may be named is not that address, nor is one whose domain is encoded (`xn--…`).
  if (pattern.includes('*') || !/^[\x21-\x7e]+$/.test(address)) return false;
  const allowed = addressForms(pattern);
  return addressForms(address).every((form) => allowed.includes(form));
}

/** Does the policy name this person (a directory key) among those who may cancel a source's requests? */
export function mayCancel(policy: Policy, source: string, person: string): boolean {
  const names = findSource(policy, source)?.rule.may_cancel ?? [];
  return membersOf(policy.directory, names).includes(person);
}
