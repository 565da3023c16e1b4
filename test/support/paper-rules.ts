import type { Command } from '../../core/decide/decide.ts';
import type { Delegate } from '../../core/decide/delegate.ts';
import type { OpenRound } from '../../core/decide/open-round.ts';
import type { FreshPerson } from '../../core/decide/seat.ts';
import type { Cast } from '../../core/decide/vote.ts';
import type { Withdraw } from '../../core/decide/withdraw.ts';
import type { Link } from '../../core/link.ts';
import { linkOf, shown } from './core-fixtures.ts';
import { doneAs, type PaperRequest } from './core-model.ts';

/* What a command must come to, as somebody with the rules in hand and the request on paper would say. */

const day = 24 * 3_600_000;

interface Came {
  link: Link;
  holder: FreshPerson | undefined;
  revoked: boolean;
}

/** Must this command append an entry now? Undefined where the model does not foretell it. */
export function appends(paper: PaperRequest, command: Command, now: number): boolean | undefined {
  const at = Math.max(now, paper.last);
  if ('commandId' in command && paper.done.has(doneAs(command))) return false;
  switch (command.type) {
    case 'vote':
      return admits(paper, command, at);
    case 'delegate':
      return handsOn(paper, command, at);
    case 'withdraw':
      return takesBack(paper, command, at);
    case 'open_round':
      return command.edited && edits(paper, command, command.edited, at);
    case 'fall_due':
      if (paper.status === 'pending') return at >= paper.deadline();
      return paper.status === 'granted' && (at >= paper.effectAt || paper.isTooLate(at));
    case 'cancel':
      return paper.status !== 'settled' && command.source.startsWith('events:');
    case 'leave':
      return paper.tasks.get(command.task)?.state === 'waiting';
    case 'note_answered': {
      const known = paper.tasks.has(command.task);
      return known && paper.status === 'settled' && !paper.done.has(`answered:${command.task}`);
    }
    case 'open': {
      const { person } = command.verified;
      const asked = paper.stages.flatMap(({ seats }) => seats.flatMap((seat) => [seat.person, ...seat.before]));
      return (
        command.contentDigest !== 'other' &&
        command.tasks.some(({ key }) => !paper.tasks.has(key)) &&
        now <= (paper.settledAt ?? now) + day &&
        (person === undefined || !asked.includes(person))
      );
    }
    default:
      return undefined;
  }
}

/** Whose turn it is, and whose link works: by the tag it carries, not by what the command says. */
function sits(paper: PaperRequest, { link, holder, revoked }: Came, at: number): string | undefined {
  const person = paper.asked().find((one) => linkOf(one).person === link.person);
  const works =
    person !== undefined &&
    holder?.person === person &&
    !paper.isBarred(person) &&
    !revoked &&
    link.round === paper.round &&
    link.stage === paper.stage &&
    link.generation >= paper.generation(person) &&
    link.expires * 1000 > at &&
    paper.deadline() > at;
  return works ? person : undefined;
}

function admits(paper: PaperRequest, cast: Cast, at: number): boolean {
  if (sits(paper, cast, at) === undefined) return false;
  const { criteria = [], comment } = paper.openStage().plan;
  const approves = cast.answer === 'approve';
  const confirmed = cast.confirmed ?? [];
  return (
    cast.shownDigest === shown(paper.round) &&
    ['approve', 'reject', 'request_changes'].includes(cast.answer) &&
    confirmed.every((index) => index < criteria.length) &&
    (!approves || criteria.every((_, index) => confirmed.includes(index))) &&
    (comment === undefined || (comment === 'unless_approved' && approves) || Boolean(cast.comment)) &&
    (!approves || timely(paper, cast, at))
  );
}

function timely(paper: PaperRequest, { notBefore, notAfter }: Cast, at: number): boolean {
  const times = [notBefore, notAfter].flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
  const latest = Math.min(at + 30 * day, paper.opened + 179 * day);
  if (times.some((time) => time <= at || time > latest)) return false;
  const from = Math.max(paper.from(), notBefore === undefined ? 0 : Date.parse(notBefore));
  const until = Math.min(paper.until(), notAfter === undefined ? Number.POSITIVE_INFINITY : Date.parse(notAfter));
  return times.length === 0 || from < until;
}

function handsOn(paper: PaperRequest, { to, toAddresses, ...came }: Delegate, at: number): boolean {
  const person = sits(paper, came, at);
  const { plan, seats } = paper.openStage();
  const seat = seats.find((one) => one.person === person);
  const excluded = paper.excluded.map((one) => `${one}@example.com`);
  return (
    seat !== undefined &&
    (plan.delegateTo ?? []).length > 0 &&
    seat.before.length < 3 &&
    !paper.excluded.includes(to.person) &&
    !toAddresses.some((address) => excluded.includes(address)) &&
    !seats.some((one) => [one.person, ...one.before].includes(to.person))
  );
}

function takesBack(paper: PaperRequest, { link, holder, revoked, comment }: Withdraw, at: number): boolean {
  const stage = paper.stages[link.stage];
  const person = stage?.seats.find((one) => linkOf(one.person).person === link.person)?.person;
  return (
    paper.status === 'granted' &&
    person !== undefined &&
    holder?.person === person &&
    link.round === paper.round &&
    !revoked &&
    link.generation >= paper.generation(person) &&
    link.expires * 1000 > at &&
    paper.votes.some((one) => one.person === person && one.vote === 'for') &&
    paper.effectAt > at &&
    (stage?.plan.comment === undefined || Boolean(comment))
  );
}

/** An edit is by somebody who could answer, and makes something else of the payload. */
function edits(
  paper: PaperRequest,
  { payload }: OpenRound,
  edited: NonNullable<OpenRound['edited']>,
  at: number,
): boolean {
  return sits(paper, edited, at) !== undefined && 'text' in payload && payload.text !== paper.payload;
}
