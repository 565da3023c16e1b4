import { digestOf, sha256Hex } from '../../core/canonical.ts';
import type { Cancel } from '../../core/decide/cancel.ts';
import { type Command, decide } from '../../core/decide/decide.ts';
import type { Decision } from '../../core/decide/decision.ts';
import type { NoteNotNotified, NoteRefused } from '../../core/decide/note.ts';
import type { Open } from '../../core/decide/open.ts';
import type { OpenRound } from '../../core/decide/open-round.ts';
import type { Reissue } from '../../core/decide/reissue.ts';
import type { Entry, EntryOf, TaskRef } from '../../core/entry.ts';
import { fold, foldEntry } from '../../core/fold.ts';
import type { Gate } from '../../core/gate.ts';
import type { Link } from '../../core/link.ts';
import type { RefusalCode } from '../../core/refusal.ts';
import type { Request } from '../../core/request.ts';
import { id, minute, payloadText, requestId, shown, source } from './core-gates.ts';
import { freshId, holderOf, linkOf } from './core-people.ts';

export { approver, gateOf, gates, id, minute, payloadText, requestId, shown, source, stage } from './core-gates.ts';
export {
  approve,
  comment,
  delegate,
  freshId,
  holderOf,
  linkOf,
  reject,
  report,
  vote,
  withdraw,
} from './core-people.ts';

/*
 * "Given these entries, when this command, then this entry or this refusal": the words for it. People go by first names;
 * alice asks, the others decide.
 */

/** A waiting task: of the approval machine's own execution unless said otherwise. */
export function task(key: string, more: Partial<TaskRef> = {}): TaskRef {
  return { key, own: true, holds: true, execution: `arn:execution:${key}`, ...more };
}

export function open(
  gate: Gate,
  more: Partial<Open> & { claim?: object; payload?: EntryOf<'opened'>['payload'] } = {},
): Open {
  const { claim, payload, ...rest } = more;
  return {
    type: 'open',
    commandId: 'open',
    contentDigest: digestOf('content'),
    verified: { via: 'event', account: '000000000000', eventId: 'event-1' },
    tasks: [task('first')],
    opening: {
      id,
      source,
      requestId,
      claim: {
        title: 'Deploy shop v2.1.0',
        requestedBy: 'alice@example.com',
        authors: ['erin@example.com'],
        environment: 'production',
        priority: 'medium',
        risk: 'medium',
        ...claim,
      },
      excluded: { people: ['alice', 'erin'], addresses: ['alice@example.com', 'erin@example.com'] },
      payload: payload ?? { text: payloadText },
      digest: sha256Hex(payloadText),
      shownDigest: shown(1),
      gate,
      policyVersion: digestOf('policy'),
    },
    ...rest,
  };
}

export function cancel(more: Partial<Cancel> = {}): Cancel {
  return {
    type: 'cancel',
    commandId: freshId(),
    by: source,
    source,
    verified: { via: 'event', account: '000000000000', eventId: 'event-2' },
    named: false,
    reason: 'not needed any more',
    ...more,
  };
}

export function leave(key: string, reason: 'aborted' | 'timed_out' | 'failed' | 'ended' = 'aborted'): Command {
  return { type: 'leave', commandId: `left:${key}`, task: key, reason };
}

export const fallDue: Command = { type: 'fall_due' };

export function answered(key: string, result: 'delivered' | 'gone' | 'superseded' | 'unknown' = 'delivered'): Command {
  return { type: 'note_answered', task: key, result };
}

export function refusedNote(person: string, code: RefusalCode = 'already_voted', at: Partial<Link> = {}): NoteRefused {
  const reached = { ip: '192.0.2.1', userAgent: 'a browser' };
  return { type: 'note_refused', commandId: freshId(), link: linkOf(person, at), attempted: 'approve', code, reached };
}

export function notNotified(mail: string): NoteNotNotified {
  return { type: 'note_not_notified', mail, to: 'bob@example.com', channel: 'mail', reason: 'the address bounced' };
}

export function reissue(person?: string, commandId = freshId()): Reissue {
  return { type: 'reissue', commandId, ...(person !== undefined && { person }), by: 'operator', reason: 'asked for' };
}

/** The next round, with the same payload unless told otherwise. */
export function openRound(round: number, gate: Gate, more: Partial<OpenRound> = {}): OpenRound {
  return {
    type: 'open_round',
    commandId: freshId(),
    reason: 'the gate had to change',
    payload: { text: payloadText },
    digest: sha256Hex(payloadText),
    shownDigest: shown(round),
    gate,
    policyVersion: digestOf('policy'),
    carried: [],
    ...more,
  };
}

/** What a changed payload makes of a round. */
export function edited(text: string): Pick<OpenRound, 'payload' | 'digest'> {
  return { payload: { text }, digest: sha256Hex(text) };
}

/** The next round, because somebody of the open stage edited what is to be done. */
export function editedBy(
  person: string,
  round: number,
  gate: Gate,
  { at, changed = ['/replicas'], ...more }: Partial<OpenRound> & { at?: Partial<Link>; changed?: string[] } = {},
): OpenRound {
  const reached = { ip: '192.0.2.1', userAgent: 'a browser' };
  const link = linkOf(person, { round: round - 1, ...at });
  return openRound(round, gate, {
    ...edited(`{"replicas":${round}}`),
    edited: { link, holder: holderOf(person), revoked: false, changed, reached },
    ...more,
  });
}

/** A log: the opening under this gate at minute 0, then each command a minute after the one before. Each must append. */
export function given(opening: Gate | Open, ...then: Command[]): Entry[] {
  const first = 'type' in opening ? opening : open(opening);
  return [first, ...then].reduce<Entry[]>((log, command) => after(log, command), []);
}

/** The log after one more command, which must append. */
export function after(log: readonly Entry[], command: Command, now = minute(log.length)): Entry[] {
  const decision = when(log, command, now);
  if (decision.kind !== 'append')
    throw new Error(`'${command.type}' was ${decision.kind === 'refused' ? decision.refusal.code : 'recorded before'}`);
  const next = [...log, decision.entry];
  folded.set(next, foldEntry(foldOf(log), decision.entry));
  return next;
}

/** Logs that grew here are folded as they grow: a long one would be folded hundreds of times. */
const folded = new WeakMap<readonly Entry[], Request>();

function foldOf(log: readonly Entry[]): Request | undefined {
  return folded.get(log) ?? fold(log);
}

/** What a command comes to, a minute after the last entry unless told otherwise. */
export function when(log: readonly Entry[], command: Command, now = minute(log.length)): Decision {
  return decide(foldOf(log), command, now);
}

/** The entry that was appended. */
export function entryIn(decision: Decision): Entry {
  if (decision.kind === 'append') return decision.entry;
  throw new Error(`nothing was appended: ${decision.kind === 'refused' ? decision.refusal.code : 'recorded before'}`);
}

/** The refusal's code and HTTP status, or what happened instead. */
export function refusalIn(decision: Decision): [RefusalCode | 'append' | 'recorded', number?] {
  if (decision.kind !== 'refused') return [decision.kind];
  const { code, status, message } = decision.refusal;
  if (!/^[A-Z].+\.$/.test(message)) throw new Error(`'${code}' is refused without a sentence: ${message}`);
  return [code, status];
}

/** The request a log folds to. */
export function requestIn(log: readonly Entry[]): Request {
  const request = foldOf(log);
  if (!request) throw new Error('the log is empty');
  return request;
}

/** The request a log folds to, which must have that status. */
export function inStatus<S extends Request['status']>(
  log: readonly Entry[],
  status: S,
): Extract<Request, { status: S }> {
  const request = requestIn(log);
  if (request.status !== status) throw new Error(`the request is ${request.status}, not ${status}`);
  return request as Extract<Request, { status: S }>;
}

/** The last entry of a log. */
export function last(log: readonly Entry[]): Entry {
  const entry = log.at(-1);
  if (!entry) throw new Error('the log is empty');
  return entry;
}
