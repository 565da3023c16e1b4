import { type Approver, type Stage, suffices, whoseTurn } from '../gate.ts';
import type { Request, Vote } from '../request.ts';
import { agreementHolds, type DirectoryNow, stillAsking } from '../still-asked.ts';

type Open = Exclude<Request, { status: 'settled' }>;

/**
 * Does it change a gate that somebody has left the directory, or the group by which they were asked? Where a vote that
 * counts is theirs, where everybody has to agree, where it would be their turn, or where the others are too few. Where it
 * does not, nobody is asked again.
 */
export function leaversMatter(request: Open, now: DirectoryNow): boolean {
  const { round } = request;
  const { stages } = round.gate;
  if (!agreementHolds(request, request.status === 'granted' ? stages.length : round.stage, now)) return true;
  if (request.status === 'granted') return false;
  return stages.some((stage, index) => {
    if (index < round.stage) return false;
    const left = stillAsking(request, stage, now);
    const gone = stage.approvers.filter((approver) => !left.approvers.includes(approver));
    if (gone.length === 0 && speakers(stage) === speakers(left)) return false;
    const votes = round.votes.filter((vote) => vote.stage === index);
    return (stage.rule === 'all' && gone.length > 0) || theirTurn(stage, votes, gone) || !othersSuffice(left, votes);
  });
}

/** How many seats its groups have together. */
function speakers({ groups = [] }: Stage): number {
  return groups.reduce((sum, { people }) => sum + people.length, 0);
}

function theirTurn(stage: Stage, votes: readonly Vote[], gone: readonly Approver[]): boolean {
  if (stage.order !== 'sequential') return false;
  const answered = votes.map(({ person }) => person);
  return whoseTurn(stage, answered).some((next) => gone.includes(next));
}

function othersSuffice(left: Stage, votes: readonly Vote[]): boolean {
  const against = votes.filter(({ vote }) => vote === 'against').map(({ person }) => person);
  const people = left.approvers.map(({ person }) => person);
  return suffices(
    left,
    people.filter((person) => !against.includes(person)),
  );
}

/**
 * The stages with the seats of the round before, as far as they are left: whom the round asked goes on being asked, and a
 * seat that was handed on stays where it is.
 */
export function withSeatsKept(stages: readonly Stage[], before: readonly Stage[]): Stage[] {
  return stages.map((stage) => {
    const old = before.find(({ name, from }) => name === stage.name && from === stage.from);
    if (!old) return stage;
    if (stage.assigned && !stage.groups) return { ...stage, approvers: pickedFirst(old.approvers, stage.approvers) };
    const seats = new Map<string, Approver>();
    for (const approver of stage.approvers) {
      const taken = (person: string) =>
        [...seats.values(), ...stage.approvers].some((seated) => seated.person === person);
      // One human, one seat: who holds two by way of others keeps the first.
      const heir = old.approvers.find(({ person, via }) => via?.includes(approver.person) && !taken(person));
      seats.set(approver.person, heir ? { ...heir, ...(approver.also && { also: approver.also }) } : approver);
    }
    const seatOf = (approver: Approver): Approver => seats.get(approver.person) ?? approver;
    const groups = stage.groups?.map(({ name, people }) => ({
      name,
      people: people.map((person) => {
        const sitting = stage.approvers.find((one) => one.person === person);
        return sitting ? seatOf(sitting).person : person;
      }),
    }));
    return { ...stage, approvers: stage.approvers.map(seatOf), ...(groups && { groups }) };
  });
}

/** As many as the stage picks: those it had before, then whom it picks now. */
function pickedFirst(kept: readonly Approver[], picked: readonly Approver[]): Approver[] {
  const more = picked.filter(({ person }) => !kept.some((one) => one.person === person));
  return [...kept, ...more].slice(0, Math.max(kept.length, picked.length));
}
