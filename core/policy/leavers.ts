import { type Approver, type Stage, suffices, whoseTurn } from '../gate.ts';
import type { Request, Vote } from '../request.ts';

type Open = Exclude<Request, { status: 'settled' }>;

/**
 * Does it change a gate that somebody has left the directory? Where a vote that counts is theirs, where everybody has to
 * agree, where it would be their turn, or where the others are too few. Where it does not, nobody is asked again.
 */
export function leaversMatter(request: Open, isThere: (person: string) => boolean): boolean {
  const { round } = request;
  if (round.votes.some((vote) => vote.vote === 'for' && !isThere(vote.person))) return true;
  if (request.status === 'granted') return false;
  return round.gate.stages.some((stage, index) => {
    if (index < round.stage) return false;
    const gone = stage.approvers.filter(({ person }) => !isThere(person));
    if (gone.length === 0) return false;
    const votes = round.votes.filter((vote) => vote.stage === index);
    return stage.rule === 'all' || theirTurn(stage, votes, gone) || !othersSuffice(stage, votes, gone);
  });
}

function theirTurn(stage: Stage, votes: readonly Vote[], gone: readonly Approver[]): boolean {
  if (stage.order !== 'sequential') return false;
  const answered = votes.map(({ person }) => person);
  return whoseTurn(stage, answered).some((next) => gone.includes(next));
}

function othersSuffice(stage: Stage, votes: readonly Vote[], gone: readonly Approver[]): boolean {
  const against = votes.filter(({ vote }) => vote === 'against').map(({ person }) => person);
  const left = stage.approvers.filter((one) => !gone.includes(one) && !against.includes(one.person));
  return suffices(
    stage,
    left.map(({ person }) => person),
  );
}

/**
 * The stages with the seats of the round before where those people are still there: whom the round asked goes on being
 * asked, and a seat that was handed on stays where it is. `may`: who may sit (there, and not excluded).
 */
export function withSeatsKept(
  stages: readonly Stage[],
  before: readonly Stage[],
  may: (person: string) => boolean,
): Stage[] {
  return stages.map((stage) => {
    const old = before.find(({ name, from }) => name === stage.name && from === stage.from);
    if (!old) return stage;
    const kept = old.approvers.filter(({ person }) => may(person));
    if (stage.assigned && !stage.groups) return { ...stage, approvers: pickedFirst(kept, stage.approvers) };
    const seats = new Map<string, Approver>();
    for (const approver of stage.approvers) {
      const taken = (person: string) =>
        [...seats.values(), ...stage.approvers].some((seated) => seated.person === person);
      // One human, one seat: who holds two by way of others keeps the first.
      const heir = kept.find(({ person, via }) => via?.includes(approver.person) && !taken(person));
      seats.set(approver.person, heir ?? approver);
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
