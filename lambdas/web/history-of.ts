import type { Entry } from '../../core/entry.ts';
import type { Request, Round } from '../../core/request.ts';
import { outcomeHeading } from '../../core/review-words.ts';
import type { HistoryItem } from '../../core/view.ts';
import { answerInThePast } from './standing.ts';

/** What has happened to a request, oldest first, for people: votes, comments, rounds and how it ended. */
export function historyOf(request: Request): HistoryItem[] {
  const items = new Map<number, HistoryItem>();
  items.set(0, { at: request.openedAt, who: request.claim.requestedBy, what: 'asked' });
  for (const round of request.rounds) {
    const last = [...items.keys()].reduce((a, b) => Math.max(a, b), 0);
    if (round.round > 1)
      // A round's own entry comes before its votes and after everything of the round before.
      items.set(last + 0.5, {
        at: round.openedAt,
        who: 'Countersign',
        what: `opened round ${round.round}: ${round.reason ?? 'what is asked has changed'}`,
      });
    for (const vote of round.votes) if (!items.has(vote.seq)) items.set(vote.seq, voteItem(request, round, vote));
  }
  for (const { seq, at, person, by, comment } of request.comments)
    items.set(seq, { at, who: nameOf(request, person, by), what: 'commented', comment });
  const end = endOf(request);
  if (end) items.set(end.seq, end.item);
  return [...items].sort(([a], [b]) => a - b).map(([, item]) => item);
}

function voteItem(request: Request, round: Round, vote: Round['votes'][number]): HistoryItem {
  const counts = request.round.votes.some((one) => one.seq === vote.seq);
  const what = answerInThePast(request, vote, round);
  return {
    at: vote.at,
    who: nameOf(request, vote.person, vote.by),
    what: counts ? what : `${what} in round ${round.round}, which counts no more`,
    ...(vote.comment !== undefined && { comment: vote.comment }),
    ...(vote.conditions && { conditions: vote.conditions }),
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
  if (entry?.type === 'decided') return nameOf(request, entry.person, entry.by);
  if (entry?.type === 'cancelled') return entry.by;
  return undefined;
}

function nameOf(request: Request, person: string, address: string): string {
  for (const round of request.rounds)
    for (const stage of round.gate.stages)
      for (const approver of stage.approvers) if (approver.person === person) return `${approver.name} (${address})`;
  return address;
}
