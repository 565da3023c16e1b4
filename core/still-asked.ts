import { type Approver, type Stage, suffices } from './gate.ts';
import { type Heirs, heirsOf } from './heirs.ts';
import type { Request } from './request.ts';

/** What the directory in force says of people, as far as it is known. A name is a person's, a group's or a role's. */
export interface DirectoryNow {
  /** Are they in it? */
  has(person: string): boolean;
  /** Are they in that group or role, if by way of other groups? True where that is not known. */
  isIn(person: string, group: string): boolean;
}

/** Who has left the directory is told so. */
export const gone = 'The directory no longer lists you as an approver here.';

/**
 * Why somebody is not asked any more by a seat they have, in a sentence for them; undefined while they are. A seat is that
 * of whom the rule asked: it holds while the directory has them, and they are named by the rule or in a group that it
 * names, whoever sits there for them. Who had it handed on to them must still be one of those it may be handed on to.
 */
export function whyNotAsked(
  request: Pick<Request, 'rounds'>,
  stage: Stage,
  approver: Approver,
  now: DirectoryNow,
): string | undefined {
  const { person } = approver;
  if (!now.has(person)) return gone;
  // Opened by a version that kept no names: a seat is lost with the directory alone.
  if (!stage.asks) return undefined;
  const names = namesFor(stage, person);
  if (!isNamed(ownersOf(approver), names, now)) {
    const lost = `no longer ${inWords(stage, names)}`;
    return approver.via
      ? `You have this seat for somebody who is ${lost} they were asked.`
      : `You are ${lost} you were asked.`;
  }
  return isHandedOn(request, approver) && !mayHold(heirsOf(stage, person), person, now)
    ? 'You are no longer among those whom this may be handed on to.'
    : undefined;
}

/** The stage with the seats and the groups that hold. */
export function stillAsking(request: Pick<Request, 'rounds'>, stage: Stage, now: DirectoryNow): Stage {
  const approvers = stage.approvers.filter((approver) => whyNotAsked(request, stage, approver, now) === undefined);
  if (!stage.asks || !stage.groups) return { ...stage, approvers };
  const groups = stage.groups.map(({ name, people }) => {
    const speaks = approvers.filter((approver) => isNamed(ownersOf(approver), [name], now)).map(({ person }) => person);
    return { name, people: people.filter((person) => speaks.includes(person)) };
  });
  return { ...stage, approvers, groups };
}

/**
 * Does what has been agreed in a round hold without those who are not asked any more? Its first `passed` stages have to pass
 * by it. `more`: a vote that is about to be.
 */
export function agreementHolds(
  { rounds, round }: Pick<Request, 'rounds' | 'round'>,
  passed: number,
  now: DirectoryNow,
  more?: { stage: number; person: string },
): boolean {
  const votes = [...round.votes.filter(({ vote }) => vote === 'for'), ...(more ? [more] : [])];
  return round.gate.stages.every((stage, index) => {
    const agreed = votes.filter((vote) => vote.stage === index).map(({ person }) => person);
    if (agreed.length === 0) return true;
    const left = stillAsking({ rounds }, stage, now);
    if (!agreed.every((person) => left.approvers.some((approver) => approver.person === person))) return false;
    // Who was in two groups and is left in one speaks for that one only.
    return index >= passed || !left.groups || suffices(left, agreed);
  });
}

function inWords({ approvers }: Stage, names: readonly string[]): string {
  const people = approvers.flatMap(({ person, via = [] }) => [person, ...via]);
  const groups = names.filter((name) => !people.includes(name)).map((name) => `'${name}'`);
  return groups.length > 0 ? `in ${groups.join(' or ')}, by which` : 'in the directory, where';
}

/** Whose seat it was first, and for whom it is held besides (directory keys). */
export function ownersOf({ person, via, also = [] }: Approver): string[] {
  return [via?.[0] ?? person, ...also];
}

/** The names of the rule by which somebody was asked. Where one from each group is needed, the groups they speak for. */
function namesFor({ asks = [], groups }: Stage, person: string): readonly string[] {
  return groups?.flatMap(({ name, people }) => (people.includes(person) ? [name] : [])) ?? asks;
}

/** Is one of them there, and meant by one of the names? */
function isNamed(people: readonly string[], names: readonly string[], now: DirectoryNow): boolean {
  return people.some((one) => now.has(one) && names.some((name) => name === one || now.isIn(one, name)));
}

function isHandedOn({ rounds }: Pick<Request, 'rounds'>, { person, via }: Approver): boolean {
  const chain = via?.join(' ');
  return rounds.some(({ handedOn }) => handedOn.some(({ to }) => to.person === person && to.via?.join(' ') === chain));
}

/** Is somebody one of those to whom a seat may be handed on? */
export function mayHold(heirs: Heirs, person: string, now: DirectoryNow): boolean {
  const isIn = (name: string) => isNamed([person], [name], now);
  return heirs.others.some(isIn) || (heirs.groups.length > 0 && heirs.groups.every(isIn));
}
