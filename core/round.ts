import { stageThatBegins, standingVotes } from './carry.ts';
import type { Decided, Entry, EntryOf } from './entry.ts';
import type { Approver, Stage } from './gate.ts';
import type { Round, Vote } from './request.ts';

/** A round as the entry that opens it says. */
export function roundOf(entry: Extract<Entry, { type: 'opened' | 'round_opened' }>): Round {
  const { round, payload, digest, shownDigest, gate, policyVersion, at, seq } = entry;
  return {
    round,
    payload,
    digest,
    shownDigest,
    gate,
    openedGate: gate,
    policyVersion,
    directory: policyVersion,
    openedAt: at,
    handedOn: [],
    stage: 0,
    stageBegan: [{ seq, at }],
    votes: [],
  };
}

/**
 * The round after another, with the votes carried over; undefined where one of them does not stand in its gate, or they do
 * not lead to the stage it begins in.
 */
export function nextRound(before: Round, entry: EntryOf<'round_opened'>): Round | undefined {
  const { gate, digest, stage } = entry;
  const carried = standingVotes(before, gate, digest).filter(({ seq }) => entry.carried.includes(seq));
  const isOpen = gate.stages[stage] !== undefined && stage === stageThatBegins(gate, carried);
  if (!isOpen || carried.length !== entry.carried.length || entry.round !== before.round + 1) return undefined;
  const { directory: _, ...opened } = roundOf(entry);
  return {
    ...opened,
    ...(entry.directory !== undefined && { directory: entry.directory }),
    stage,
    stageBegan: Array.from({ length: stage + 1 }, () => ({ seq: entry.seq, at: entry.at })),
    votes: carried,
    reason: entry.reason,
    ...(entry.edited && { edited: entry.edited }),
  };
}

/** A vote as its stage counts it. */
export function voteIn(stage: Stage, entry: Decided): Vote {
  const { seq, at, person, by, answer, assurance, vote, comment, conditions, confirmed, notBefore, notAfter } = entry;
  const via = stage.approvers.find((approver) => approver.person === person)?.via;
  return {
    seq,
    at,
    stage: entry.stage,
    person,
    by,
    answer,
    assurance,
    ...(vote && { vote }),
    ...(comment !== undefined && { comment }),
    ...(conditions && { conditions }),
    ...(confirmed && { confirmed }),
    ...(notBefore !== undefined && { notBefore }),
    ...(notAfter !== undefined && { notAfter }),
    ...(entry.again && { again: true }),
    ...(via && { via }),
  };
}

/** The round with one seat passed on; undefined where nobody of that name sits there, or the other sits there already. */
export function withSeatHandedOn(round: Round, entry: EntryOf<'delegated'>): Round | undefined {
  const { seq, at, stage: index, person, to, comment } = entry;
  const approvers = round.gate.stages[index]?.approvers ?? [];
  const from = approvers.find((approver) => approver.person === person);
  if (!from || approvers.some((approver) => approver.person === to.person)) return undefined;
  const stages = round.gate.stages.map((stage, i) => (i === index ? passedOn(stage, person, to) : stage));
  const handed = { seq, at, stage: index, from, to, ...(comment !== undefined && { comment }) };
  return { ...round, gate: { ...round.gate, stages }, handedOn: [...round.handedOn, handed] };
}

/** The approver's place in the stage, and in its groups, is the other's now. */
function passedOn(stage: Stage, person: string, to: Approver): Stage {
  const groups = stage.groups?.map(({ name, people }) => ({
    name,
    people: people.map((member) => (member === person ? to.person : member)),
  }));
  return {
    ...stage,
    approvers: stage.approvers.map((approver) => (approver.person === person ? to : approver)),
    ...(groups && { groups }),
  };
}
