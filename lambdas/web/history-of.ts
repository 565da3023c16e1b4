import type { Entry } from '../../core/entry.ts';
import type { Request, Round } from '../../core/request.ts';
import { outcomeHeading } from '../../core/review-words.ts';
import type { HistoryItem } from '../../core/view.ts';
import { nameAndAddress } from './seats.ts';
import { answerInThePast, wishesOf } from './standing.ts';

/** What has happened to a request, oldest first, for people: votes, comments, rounds and how it ended. */
export function historyOf(request: Request): HistoryItem[] {
  const items = new Map<number, HistoryItem>();
  items.set(0, { at: request.openedAt, who: request.claim.requestedBy, what: 'asked' });
  for (const round of request.rounds) {
    const last = [...items.keys()].reduce((a, b) => Math.max(a, b), 0);
    if (round.round > 1)
      // A round's own entry comes before its votes and after everything of the round before.
      items.set(last + 0.5, roundItem(request, round));
    for (const { seq, at, from, to, comment } of round.handedOn)
      items.set(seq, {
        at,
        who: nameAndAddress(request, from.person, from.address),
        what: `delegated to ${to.name} (${to.address})`,
        ...(comment !== undefined && { comment }),
      });
    for (const vote of round.votes) if (!items.has(vote.seq)) items.set(vote.seq, voteItem(request, round, vote));
  }
  for (const { seq, at, person, by, comment } of request.comments)
    items.set(seq, { at, who: nameAndAddress(request, person, by), what: 'commented', comment });
  for (const { seq, at, person, by, comment } of request.reports)
    items.set(seq, {
      at,
      who: nameAndAddress(request, person, by),
      what: 'reported this request',
      ...(comment !== undefined && { comment }),
    });
  const end = endOf(request);
  if (end) items.set(end.seq, end.item);
  return [...items].sort(([a], [b]) => a - b).map(([, item]) => item);
}

function roundItem(request: Request, round: Round): HistoryItem {
  const { edited, openedAt: at } = round;
  if (!edited)
    return {
      at,
      who: 'Countersign',
      what: `opened round ${round.round}: ${round.reason ?? 'what is asked has changed'}`,
    };
  const who = nameAndAddress(request, edited.person, edited.by);
  return {
    at,
    who,
    what: `changed what is to be done, which opened round ${round.round}: ${edited.changed.join(', ')}`,
  };
}

function voteItem(request: Request, round: Round, vote: Round['votes'][number]): HistoryItem {
  const counts = request.round.votes.some((one) => one.seq === vote.seq);
  const what = answerInThePast(request, vote, round);
  const wishes = wishesOf(vote);
  return {
    at: vote.at,
    who: nameAndAddress(request, vote.person, vote.by),
    what: counts ? what : `${what} in round ${round.round}, which counts no more`,
    ...(vote.comment !== undefined && { comment: vote.comment }),
    ...(vote.conditions && { conditions: vote.conditions }),
    ...(wishes.length > 0 && { wishes }),
  };
}

/** How it ended, where that was not a vote. */
function endOf(request: Request): { seq: number; item: HistoryItem } | undefined {
  if (request.status !== 'settled') return undefined;
  const entry = settlingEntry(request);
  const seq = request.settledSeq;
  const at = request.settledAt;
  switch (entry?.type) {
    case 'cancelled':
      return { seq, item: { at, who: entry.by, what: 'cancelled it', comment: entry.reason } };
    case 'left':
      return { seq, item: { at, who: 'The work that asked', what: 'has ended, which cancels the request' } };
    case 'withdrawn':
      return {
        seq,
        item: {
          at,
          who: nameAndAddress(request, entry.person, entry.by),
          what: 'took their approval back before it took effect',
          ...(entry.comment !== undefined && { comment: entry.comment }),
        },
      };
    case 'expired':
      return { seq, item: { at, who: 'The time to answer', what: 'passed' } };
    case 'took_effect':
      return { seq, item: { at, who: 'The approval', what: 'took effect' } };
    case 'opened':
      return {
        seq,
        item: { at, who: 'The policy', what: `asked nobody: ${outcomeHeading[request.outcome].toLowerCase()}` },
      };
    default:
      return undefined;
  }
}

/** The entry that settled a request. */
function settlingEntry(request: Extract<Request, { status: 'settled' }>): Entry | undefined {
  return [...request.commands.values()].find((entry) => entry.seq === request.settledSeq);
}

/** Who settled it, for people; undefined where no person did. */
export function settledBy(request: Request): string | undefined {
  if (request.status !== 'settled') return undefined;
  const entry = settlingEntry(request);
  if (entry?.type === 'decided' || entry?.type === 'withdrawn') return nameAndAddress(request, entry.person, entry.by);
  if (entry?.type === 'cancelled') return entry.by;
  return undefined;
}
