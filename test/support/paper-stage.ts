import type { Stage } from '../../core/gate.ts';

/** A seat as somebody would note it: who has it, and who had it before. */
export interface PaperSeat {
  person: string;
  before: string[];
}

/** A vote of a stage, by its person. */
export type PaperVotes = ReadonlyMap<string, 'for' | 'against'>;

/** The open stage on paper: its rule as the gate has it, its seats as they are now. */
export interface PaperStage {
  name: string;
  plan: Stage;
  seats: PaperSeat[];
  /** Who has handed a seat on. */
  gone: string[];
}

export function onPaper(plan: Stage): PaperStage {
  const seats = plan.approvers.map(({ person, via }) => ({ person, before: [...(via ?? [])] }));
  return { name: plan.name, plan, seats, gone: [] };
}

export function passed(stage: PaperStage, votes: PaperVotes): boolean {
  return isMet(stage, saying('for', votes));
}

/** A veto, or nobody left who could still make it pass. */
export function failed(stage: PaperStage, votes: PaperVotes): boolean {
  const against = saying('against', votes);
  if (stage.plan.veto && against.length > 0) return true;
  return !isMet(
    stage,
    stage.seats.map(({ person }) => person).filter((person) => !against.includes(person)),
  );
}

/** Whose answer the stage waits for. */
export function awaited({ plan, seats }: PaperStage, votes: PaperVotes): string[] {
  const left = seats.map(({ person }) => person).filter((person) => !votes.has(person));
  return plan.order === 'sequential' ? left.slice(0, 1) : left;
}

function saying(what: 'for' | 'against', votes: PaperVotes): string[] {
  return [...votes].flatMap(([person, vote]) => (vote === what ? [person] : []));
}

/** By trying: do these people, each once, make the rule's number, or one of each group? */
export function isMet({ plan, seats }: PaperStage, people: readonly string[]): boolean {
  const { rule } = plan;
  if (rule === 'all') return people.length === seats.length;
  if (rule === 'any') return people.length > 0;
  if (rule !== 'one_from_each') return people.length >= rule.quorum;
  // A seat keeps its groups: its first holder is the one the plan names there.
  const groups = (plan.groups ?? []).map((group) =>
    people.filter((person) => {
      const place = seats.findIndex((seat) => seat.person === person);
      return group.people.includes(plan.approvers[place]?.person ?? '');
    }),
  );
  const choose = (left: string[][], taken: string[]): boolean => {
    const [group, ...others] = left;
    return !group || group.some((person) => !taken.includes(person) && choose(others, [...taken, person]));
  };
  return choose(groups, []);
}
