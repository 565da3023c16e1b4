import { Assurance, ruleInWords, type Stage, votesNeeded } from '../gate.ts';
import { heirsOf } from '../heirs.ts';
import { membersOf } from './directory.ts';
import { durationInWords } from './duration.ts';
import type { Policy } from './policy.ts';

/** By what the names in two stages are compared: the directory of the new one. That of the old one is not kept. */
export interface Among {
  directory: Policy['directory'];
  /** Directory keys of those who asked for it or wrote it. */
  excluded: readonly string[];
}

/** One thing that a stage would ask otherwise. `weaker`: less of whoever answers, or of more people. */
export interface Difference {
  words: string;
  weaker?: boolean;
}

/** All but who suffices, which only the whole gate can tell. */
export function stageDifferences(before: Stage, after: Stage, among: Among): Difference[] {
  const differences = [
    rule(before, after),
    before.timeout !== after.timeout && {
      words: `${durationInWords(before.timeout)} → ${durationInWords(after.timeout)}`,
    },
    criteria(before, after),
    comment(before, after),
    assurance(before, after),
    spread(before, after),
    ...approvers(before, after),
    ...delegation(before, after, among),
  ];
  return differences.filter((difference) => typeof difference === 'object');
}

function rule(before: Stage, after: Stage): Difference | false {
  const weaker = losesVeto(before, after) || losesOrder(before, after);
  const [was, is] = [ruleInWords(before), ruleInWords(after)];
  if (was !== is) return { words: `${was} → ${is}`, weaker };
  return (
    weaker && { words: before.veto && !after.veto ? 'no rejection alone would be enough' : 'in another order', weaker }
  );
}

/** One rejection was enough to reject, of anybody asked; now it is not, or fewer are asked. */
function losesVeto(before: Stage, after: Stage): boolean {
  if (!before.veto) return false;
  const stops = after.veto || votesNeeded(after) === after.approvers.length;
  return !stops || namesBeyond(before, after).length > 0;
}

/** Who comes first is who decides, where not all have to. */
function losesOrder(before: Stage, after: Stage): boolean {
  if (before.order !== 'sequential' || before.approvers.length < 2 || after.approvers.length < 2) return false;
  if (after.order !== 'sequential') return true;
  if (votesNeeded(after) === after.approvers.length) return false;
  const [was, is] = [keysIn(before), keysIn(after)];
  const kept = (keys: string[], others: string[]) => keys.filter((key) => others.includes(key)).join(' ');
  return kept(was, is) !== kept(is, was);
}

function criteria({ criteria: was = [] }: Stage, { criteria: is = [] }: Stage): Difference | false {
  if (was.join('\n') === is.join('\n')) return false;
  return { words: 'other criteria', weaker: was.some((criterion) => !is.includes(criterion)) };
}

const saysWhy = [undefined, 'unless_approved', 'always'] as const;
const saysWhyInWords = { always: 'always', unless_approved: 'unless it approves', never: 'never' };

function comment({ comment: was }: Stage, { comment: is }: Stage): Difference | false {
  if (was === is) return false;
  return {
    words: `an answer must say why: ${saysWhyInWords[was ?? 'never']} → ${saysWhyInWords[is ?? 'never']}`,
    weaker: saysWhy.indexOf(is) < saysWhy.indexOf(was),
  };
}

function assurance({ assurance: was }: Stage, { assurance: is }: Stage): Difference | false {
  const rank = (level: Assurance | undefined) => (level ? Assurance.options.indexOf(level) : -1);
  return was !== is && { words: `assurance: ${was ?? 'none'} → ${is ?? 'none'}`, weaker: rank(is) < rank(was) };
}

function spread({ assigned: was }: Stage, { assigned: is }: Stage): Difference | false {
  if (was === is) return false;
  return { words: is ? 'would ask only whom load picks' : 'would ask everybody, not only whom load picks' };
}

/** Whom load would have picked then cannot be told. */
function approvers(before: Stage, after: Stage): Difference[] {
  if (before.assigned || after.assigned) return [];
  const more = namesBeyond(after, before);
  const fewer = namesBeyond(before, after);
  return [
    ...(more.length > 0 ? [{ words: `would ask ${listed(more)}` }] : []),
    ...(fewer.length > 0 ? [{ words: `would not ask ${listed(fewer)}` }] : []),
  ];
}

/** By people: who may be handed a seat and has none. */
function delegation(before: Stage, after: Stage, { directory, excluded }: Among): Difference[] {
  const meant = (names: readonly string[] | undefined, { approvers }: Stage) =>
    membersOf(directory, names ?? []).filter(
      (key) => !excluded.includes(key) && !approvers.some(({ person }) => person === key),
    );
  const beyond = (stage: Stage, other: Stage) => {
    const known = new Set([...meant(other.delegateTo, other), ...keysIn(other)]);
    return meant(stage.delegateTo, stage).filter((key) => !known.has(key));
  };
  // Of one from each group, a seat stays in its group unless whoever takes it is named beside the groups.
  const free = (stage: Stage) => (stage.rule === 'one_from_each' ? meant(heirsOf(stage, '').others, stage) : []);
  const freed = before.rule === after.rule ? free(after).filter((key) => !free(before).includes(key)) : [];
  const named = (keys: readonly string[]) => listed(keys.map((key) => directory.people[key]?.name ?? key));
  const more = [...new Set([...beyond(after, before), ...freed])];
  const fewer = beyond(before, after);
  return [
    ...(more.length > 0 ? [{ words: `could be delegated to ${named(more)}`, weaker: true }] : []),
    ...(fewer.length > 0 ? [{ words: `could not be delegated to ${named(fewer)}` }] : []),
  ];
}

function keysIn({ approvers }: Stage): string[] {
  return approvers.map(({ person }) => person);
}

function namesBeyond(one: Stage, other: Stage): string[] {
  const known = new Set(keysIn(other));
  return one.approvers.filter(({ person }) => !known.has(person)).map(({ name }) => name);
}

const mostNames = 10;

/** Names one after the other: of a crowd, the first. */
export function listed(names: readonly string[]): string {
  if (names.length <= mostNames) return names.join(', ');
  return `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`;
}
