import { type Gate, ruleInWords, type Stage, votesNeeded } from '../gate.ts';
import { membersOf } from './directory.ts';
import { type Among, listed, stageDifferences } from './stage-differences.ts';
import { enoughWithout, quorumsOf } from './who-is-enough.ts';

/** One thing that a policy would have done differently. */
export interface Change {
  kind: 'refused' | 'automatic' | 'bypassed' | 'asked' | 'workflow' | 'stage_added' | 'stage_dropped' | 'stage_changed';
  words: string;
  /** Some would have been enough who were not, or less would have been asked of them; or nobody at all. */
  weaker?: true;
  /** Whether it is weaker cannot be worked out: `weaker` is set to be on the safe side. */
  undecided?: true;
}

/** What of a gate would have been different, stage by stage. Who suffices is compared by people, in the gate as a whole. */
export function gateChanges(before: Gate, after: Gate, among: Among): Change[] {
  const left = [...before.stages];
  const pairs = after.stages.map((stage) => {
    // Gates of earlier versions do not say which rule a stage comes from.
    const i = left.findIndex(({ name, from }) => name === stage.name && (from ?? stage.from) === stage.from);
    return { stage, old: i < 0 ? undefined : left.splice(i, 1)[0] };
  });
  const added = pairs.flatMap(({ stage, old }) => (old ? [] : [stage]));
  return [
    ...pairs.flatMap(({ stage, old }) => (old ? changed(old, stage, after.stages, among) : [arrived(stage)])),
    ...dropped(left, added, after.stages, among),
  ];
}

function arrived(stage: Stage): Change {
  return { kind: 'stage_added', words: `stage '${stage.name}' added: ${ruleInWords(stage)}` };
}

function changed(before: Stage, after: Stage, gate: readonly Stage[], among: Among): Change[] {
  const differences = stageDifferences(before, after, among);
  const less = peopleLess(before, after, gate, among);
  if (differences.length === 0 && !less) return [];
  const words = [...differences.map((difference) => difference.words), ...(less ? less.words : [])];
  const change: Change = { kind: 'stage_changed', words: `stage '${after.name}' changed: ${words.join('; ')}` };
  if (less?.sure || differences.some(({ weaker }) => weaker)) return [{ ...change, weaker: true }];
  return [less ? { ...change, weaker: true, undecided: true } : change];
}

/** A stage less is weaker, unless one that came asks the same people no less: it was moved, or is called otherwise. */
function dropped(stages: readonly Stage[], added: readonly Stage[], gate: readonly Stage[], among: Among): Change[] {
  const left = [...added];
  return stages.map((stage) => {
    const change = { kind: 'stage_dropped' as const, words: `stage '${stage.name}' dropped` };
    const i = left.findIndex(
      (other) =>
        !peopleLess(stage, other, [other], among) &&
        !stageDifferences(stage, other, among).some(({ weaker }) => weaker),
    );
    const [instead] = i < 0 ? [] : left.splice(i, 1);
    if (instead) return { ...change, words: `${change.words}; '${instead.name}' asks no less` };
    const less = peopleLess(stage, undefined, gate, among);
    return { ...change, words: [change.words, ...(less?.sure ? less.words : [])].join('; '), weaker: true };
  });
}

interface Less {
  words: string[];
  sure: boolean;
}

/** Would some people be enough for the new gate who did not suffice for this stage of the old one? */
function peopleLess(old: Stage, instead: Stage | undefined, gate: readonly Stage[], among: Among): Less | undefined {
  const unsure = (why: string): Less => ({ words: [why], sure: false });
  if (old.assigned && instead?.assigned && !old.delegateTo)
    // Among whom load chose then is not kept.
    return votesNeeded(instead) < votesNeeded(old) ? { words: [], sure: true } : undefined;
  const before = old.assigned && instead?.assigned ? fromAll(old, among) : asOwners(old, gate);
  const after = gate.map((stage) => fromAll(stage, among));
  const same = after.some((stage) => asksAlike(before, stage));
  if (same) return undefined;
  const quorums = after.map(quorumsOf);
  const needed = quorumsOf(before);
  if (!needed) return unsure('whether others would be enough is too much to work out');
  const found = needed.map((quorum) =>
    enoughWithout(
      quorum,
      quorums.flatMap((known) => known ?? []),
    ),
  );
  const enough = found.find((people) => Array.isArray(people));
  const all = quorums.every((known) => known !== undefined);
  if (enough && all) return { words: enoughInWords(enough, after, among), sure: true };
  if (enough || found.includes('undecided')) return unsure('whether others would be enough is too much to work out');
  if (instead?.assigned && !old.assigned && !instead.delegateTo) return unsure('whom load would pick cannot be told');
  return undefined;
}

function enoughInWords(people: readonly string[], gate: readonly Stage[], { directory }: Among): string[] {
  if (people.length === 0) return [];
  const approvers = gate.flatMap((stage) => stage.approvers);
  const names = people.map(
    (key) => approvers.find(({ person }) => person === key)?.name ?? directory.people[key]?.name ?? key,
  );
  return [`${listed(names)} would be enough`];
}

/** Where load picks, anybody it may pick from: as far as the stage says who that is. */
function fromAll(stage: Stage, { directory, excluded }: Among): Stage {
  if (!stage.assigned) return stage;
  const meant = (names: readonly string[]) => membersOf(directory, names).filter((key) => !excluded.includes(key));
  const { approvers, asks = [], delegateTo = [], groups } = stage;
  const seated = new Set(approvers.map(({ person }) => person));
  const others = meant([...asks, ...delegateTo]).filter((key) => !seated.has(key));
  return {
    ...stage,
    approvers: [
      ...approvers,
      ...others.map((person) => ({ person, name: directory.people[person]?.name ?? person, address: '' })),
    ],
    ...(groups && {
      groups: groups.map(({ name, people }) => ({ name, people: [...new Set([...people, ...meant([name])])] })),
    }),
  };
}

/** Who was covered for then and would sit there in person now: the same seat, and no other people. */
function asOwners(stage: Stage, gate: readonly Stage[]): Stage {
  const inPerson = new Set(
    gate.flatMap(({ approvers }) => approvers.filter(({ via }) => !via).map(({ person }) => person)),
  );
  const owners = new Map(
    stage.approvers.flatMap(({ person, via: [owner] = [] }) =>
      owner !== undefined && inPerson.has(owner) ? [[person, owner] as const] : [],
    ),
  );
  if (owners.size === 0) return stage;
  const owned = (person: string) => owners.get(person) ?? person;
  return {
    ...stage,
    approvers: stage.approvers.map((approver) => ({ ...approver, person: owned(approver.person) })),
    ...(stage.groups && {
      groups: stage.groups.map(({ name, people }) => ({ name, people: people.map(owned) })),
    }),
  };
}

function asksAlike(one: Stage, other: Stage): boolean {
  const text = ({ rule, approvers, groups }: Stage) =>
    JSON.stringify([rule, approvers.map(({ person }) => person).sort(), groups]);
  return text(one) === text(other);
}
