import { digestOf, sha256Hex } from '../../core/canonical.ts';
import { differencesBetween } from '../../core/difference.ts';
import { editableFields } from '../../core/edit.ts';
import { type Approver, answersOf, type Stage } from '../../core/gate.ts';
import { heirsInWords, heirsOf } from '../../core/heirs.ts';
import { prettyJson } from '../../core/pretty.ts';
import { deadlineOf, openStage, type PendingRequest, type Request, type Round, type Vote } from '../../core/request.ts';
import { shownNow } from '../../core/shown.ts';
import type { RecordedAnswer, ReviewView, StageView, StatusView, Work } from '../../core/view.ts';
import { visible } from '../../core/visible.ts';
import { historyOf, settledBy } from './history-of.ts';
import { answerInThePast, askedOf, wishesOf } from './standing.ts';

/**
 * What would be shown is not what was digested when the round opened, or is too large to be shown whole: it must not be
 * shown, and so cannot be decided on (R32).
 */
export class CannotBeShown extends Error {
  override name = 'CannotBeShown';
}

/** What a Lambda may answer is 6 MB. Of that a payload may take this many bytes, as the page writes it. */
const largestShown = 4_500_000;
/** Below this many characters no payload becomes larger than that. */
const certainlySmall = 80_000;

/**
 * What an approver is shown of a pending request. `payloadText` is the canonical text of the round's payload,
 * `revisedPayloadText` that of the request it revises (needed where it revises one); `person` is the directory key of who
 * looks, among the open stage's approvers. Throws `CannotBeShown`.
 */
export function reviewViewOf(
  request: PendingRequest,
  given: { payloadText: string; revisedPayloadText?: string; person: string; now: string },
): ReviewView {
  const { round } = request;
  const stage = openStage(request);
  const approver = stage.approvers.find((one) => one.person === given.person);
  if (!approver) throw new Error(`${given.person} is not asked in the open stage of request ${request.id}`);
  const { revisedPayloadText } = given;
  const { editable } = request.claim;
  const shown = shownNow(request, revisedPayloadText === undefined ? undefined : sha256Hex(revisedPayloadText));
  if (digestOf(shown) !== round.shownDigest)
    throw new CannotBeShown('what would be shown differs from what was digested when the round opened');
  return {
    shown,
    payloadText: checkedPayload(given.payloadText, round.digest),
    ...(shown.revises &&
      revisedPayloadText !== undefined && { differences: differencesBetween(revisedPayloadText, given.payloadText) }),
    ...(round.reason !== undefined && { roundReason: round.reason }),
    approver: { name: approver.name, address: approver.address },
    stage: stageView(stage, approver, round.stage, round.gate.stages.length),
    fields: editable ? editableFields(JSON.parse(given.payloadText), editable) : [],
    deadline: deadlineOf(request),
    openedAt: request.openedAt,
    now: given.now,
    history: historyOf(request),
    asked: askedOf(request),
  };
}

function stageView(stage: Stage, holder: Approver, index: number, count: number): StageView {
  const { name, criteria = [], comment, approvers } = stage;
  const answers = answersOf(stage);
  // Whoever has a seat already cannot take over another's.
  const heirs = heirsInWords(heirsOf(stage, holder.person));
  const delegateTo = heirs.filter((key) => !approvers.some(({ person }) => person === key));
  return { index, name, count, criteria, answers, delegateTo, ...(comment && { comment }) };
}

/** Where a request stands. Throws `CannotBeShown` where `payloadText` is not the round's payload. */
export function statusViewOf(request: Request, given: { now: string; payloadText?: string }): StatusView {
  const { round } = request;
  const by = settledBy(request);
  return {
    shown: shownNow(request, undefined),
    ...(given.payloadText !== undefined && { payloadText: checkedPayload(given.payloadText, round.digest) }),
    status: request.status,
    openedAt: request.openedAt,
    ...(request.status !== 'pending' && { outcome: request.outcome }),
    ...(request.status === 'settled' && { settledAt: request.settledAt }),
    ...(by !== undefined && { settledBy: by }),
    ...(request.status === 'settled' && request.reason !== undefined && { reason: request.reason }),
    conditions: round.votes.flatMap((vote) => (vote.vote === 'against' ? [] : (vote.conditions ?? []))),
    ...(request.status === 'pending' && { deadline: deadlineOf(request), stage: openStageOf(request) }),
    ...(request.status === 'granted' && { effectAt: request.effectAt }),
    work: workOf(request),
    history: historyOf(request),
    asked: askedOf(request),
    now: given.now,
  };
}

/** What a person's own answer was recorded as, found by its entry's number; undefined where that entry is no answer. */
export function recordedAnswerOf(request: Request, seq: number): RecordedAnswer | undefined {
  const comment = request.comments.find((one) => one.seq === seq);
  if (comment) return { at: comment.at, what: 'commented', comment: comment.comment };
  const report = request.reports.find((one) => one.seq === seq);
  if (report)
    return {
      at: report.at,
      what: 'reported this request, which decides nothing',
      ...(report.comment !== undefined && { comment: report.comment }),
    };
  for (const round of request.rounds) {
    const vote = round.votes.find((one) => one.seq === seq);
    if (vote) return voteRecorded(request, round, vote);
    const handed = round.handedOn.find((one) => one.seq === seq);
    if (handed)
      return {
        at: handed.at,
        what: `delegated to ${handed.to.name} (${handed.to.address})`,
        ...(handed.comment !== undefined && { comment: handed.comment }),
      };
  }
  if (request.status === 'settled' && request.settledSeq === seq)
    return {
      at: request.settledAt,
      what: 'withdrew your approval',
      ...(request.reason && { comment: request.reason }),
    };
  return undefined;
}

function voteRecorded(request: Request, round: Round, vote: Vote): RecordedAnswer {
  const criteria = round.gate.stages[vote.stage]?.criteria ?? [];
  const confirmed = (vote.confirmed ?? []).flatMap((index) => criteria[index] ?? []);
  const wishes = wishesOf(vote);
  return {
    at: vote.at,
    what: answerInThePast(request, vote, round),
    ...(vote.comment !== undefined && { comment: vote.comment }),
    ...(vote.conditions && { conditions: vote.conditions }),
    ...(confirmed.length > 0 && { confirmed }),
    ...(wishes.length > 0 && { wishes }),
  };
}

/** What became of the waiting work, as far as the log knows: never more (R47). */
export function workOf(request: Request): Work {
  const there = request.tasks.filter((task) => task.state !== 'superseded');
  if (there.length === 0) return 'none';
  // Our own execution's task matters only where no caller's own holds the request open.
  const holding = there.filter((task) => task.holds);
  const tasks = holding.length > 0 ? holding : there;
  const some = (state: string) => tasks.some((task) => task.state === state);
  if (request.status !== 'settled') return some('waiting') ? 'waiting' : 'none';
  if (some('waiting')) return 'resuming';
  if (some('unknown')) return 'unknown';
  if (some('gone')) return 'gone';
  return some('delivered') ? 'answered' : 'gone';
}

function checkedPayload(text: string, digest: string): string {
  if (sha256Hex(text) !== digest) throw new CannotBeShown(`the payload is not the one with digest ${digest}`);
  if (text.length > certainlySmall && bytesShown(text) > largestShown)
    throw new CannotBeShown('the payload is too large to be shown whole');
  return text;
}

/** Escaping and the naming of unseen characters make a text longer: by how much depends on what is in it. */
function bytesShown(text: string): number {
  const shown = visible(prettyJson(text));
  return Buffer.byteLength(shown) + 5 * (shown.match(/[&<>'"]/g)?.length ?? 0);
}

function openStageOf(request: PendingRequest): { index: number; name: string; count: number } {
  return { index: request.round.stage, name: openStage(request).name, count: request.round.gate.stages.length };
}
