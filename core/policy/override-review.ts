import type { Claim, Excluded } from '../claim.ts';
import type { Rule } from '../gate.ts';
import { excludedOf } from '../identity.ts';
import type { Refusal } from '../refusal.ts';
import { membersOf } from './directory.ts';
import { ownSources } from './own-sources.ts';
import type { Policy } from './policy.ts';
import { votesOf } from './resolve/assign.ts';
import { type Group, matched } from './resolve/matching.ts';
import { resolve } from './resolve.ts';
import type { Resolution, Situation } from './situation.ts';

/** Whom the author of a policy should look at: by whether they let overrides through first, or approve them. */
export interface Unreviewed {
  actFirst?: string;
  approve?: string;
}

/**
 * Whoever lets an override through takes no part in its review. Without whom is nobody left for it? In words for the
 * policy's author; nothing where there is always somebody.
 */
export function unreviewedOverrides({ directory, emergency }: Pick<Policy, 'directory' | 'emergency'>): Unreviewed {
  if (!emergency) return {};
  const { actFirst, stage, review } = emergency;
  const policy: Policy = { directory, sources: {}, environments: {}, emergency };
  const isHeld = (letBy: readonly string[]) =>
    canBeHeld(policy, { claim: nobodys, excluded: noExcluded, now: anyDay }, letBy);
  // One that nobody could review anyhow is refused where the stage is read.
  if (!isHeld([])) return {};
  const reviewers = new Set(membersOf(directory, review.approvers));
  const people = membersOf(directory, stage.approvers);
  const groups = stage.approvers.map((name) => ({ name, people: membersOf(directory, [name]) }));
  const first = membersOf(directory, actFirst).filter((person) => reviewers.has(person));
  const [alone, approving] = [
    first.map((person) => [person]),
    setsOf({ rule: stage.rule, people, groups }, reviewers),
  ].map((sets) =>
    without(
      directory,
      sets.filter((letBy) => !isHeld(letBy)),
    ),
  );
  const words = (who: string, may: string) =>
    `${who} may ${may} an override, and then nobody is left to review it: whoever lets one through does not. Name somebody else in \`review\` too`;
  return {
    ...(alone !== undefined && { actFirst: words(alone, 'act first by') }),
    ...(approving !== undefined && { approve: words(approving, 'approve') }),
  };
}

/** The same of one request, in sentences: none where it asks for no override, or its review can be held whoever lets it through. */
export function reviewRemarks(policy: Policy, situation: Situation, resolved: Resolution | Refusal): string[] {
  if ('code' in resolved || resolved.gate.bypass?.kind !== 'emergency_override' || !policy.emergency) return [];
  const nobody = 'Nobody could review this override afterwards';
  if (!canBeHeld(policy, situation, []))
    return [`${nobody}: whoever asks for one does not, and no others are left. Name somebody else in \`review\` too.`];
  const reviewers = new Set(membersOf(policy.directory, policy.emergency.review.approvers));
  const sets = resolved.gate.stages.flatMap(({ rule, approvers, groups = [] }) =>
    setsOf({ rule, people: approvers.map(({ person }) => person), groups }, reviewers),
  );
  const approving = without(
    policy.directory,
    sets.filter((letBy) => !canBeHeld(policy, situation, letBy)),
  );
  return approving === undefined
    ? []
    : [
        `${nobody} if ${approving} approved it: whoever lets one through does not. Name somebody else in \`review\` too.`,
      ];
}

const nobodys: Claim = { title: '', requestedBy: '', environment: '', priority: 'high', risk: 'high' };
const noExcluded: Excluded = { people: [], addresses: [] };

const anyDay = '2026-01-01T00:00:00.000Z';

/** Is anybody left to review an override that these people let through (directory keys), and its requester asked for? */
function canBeHeld(
  policy: Policy,
  { claim, excluded, now }: Pick<Situation, 'claim' | 'excluded' | 'now'>,
  letBy: readonly string[],
): boolean {
  const authors = letBy.flatMap((key) => policy.directory.people[key]?.email ?? []);
  const theirs = excludedOf(policy, { authors });
  const resolved = resolve(policy, {
    now,
    source: ownSources.overrideReview,
    claim: { ...claim, authors },
    payload: {},
    excluded: {
      people: [...excluded.people, ...theirs.people],
      addresses: [...excluded.addresses, ...theirs.addresses],
    },
  });
  return !('code' in resolved);
}

/** Whose approval leaves nobody: each person where one alone does, else some who do together. */
function without({ people }: Policy['directory'], sets: readonly (readonly string[])[]): string | undefined {
  const [one = []] = sets;
  if (one.length === 0) return undefined;
  const names = (keys: readonly string[]) => keys.map((key) => people[key]?.name ?? key);
  return one.length > 1 ? `${names(one).join(' and ')} together` : names(sets.flat()).join(' or ');
}

/** More are not tried: who would review so large a crowd's overrides is found out one by one. */
const mostSets = 500;

/** Of those who may approve by a rule, the sets of reviewers who could all be among the approvers: the largest there are. */
function setsOf(
  { rule, people, groups }: { rule: Rule; people: readonly string[]; groups: readonly Group[] },
  reviewers: ReadonlySet<string>,
): string[][] {
  const both = people.filter((person) => reviewers.has(person));
  for (let size = Math.min(votesOf(rule, people.length, groups.length), both.length); size > 0; size--) {
    const sets = choices(both, size, mostSets).filter(
      (some) => rule !== 'one_from_each' || matched(groups, some).size === size,
    );
    if (sets.length > 0) return sets;
  }
  return [];
}

function choices(of: readonly string[], size: number, atMost: number): string[][] {
  if (size === 0) return [[]];
  const made: string[][] = [];
  for (let i = 0; i + size <= of.length && made.length < atMost; i++) {
    const person = of[i];
    if (person === undefined) continue;
    for (const rest of choices(of.slice(i + 1), size - 1, atMost - made.length)) made.push([person, ...rest]);
  }
  return made;
}
