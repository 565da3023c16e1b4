import { canonicalJson, requestIdentity, sha256Hex, taskKeyOf } from '../../core/canonical.ts';
import type { Claim, Verified } from '../../core/claim.ts';
import type { Open } from '../../core/decide/open.ts';
import type { Opened } from '../../core/entry.ts';
import { fold } from '../../core/fold.ts';
import { excludedOf } from '../../core/identity.ts';
import { type Ask, contentDigestOf } from '../../core/intake/ask.ts';
import { duplicateKey, keyTwice } from '../../core/intake/duplicate-keys.ts';
import { inexactNumber } from '../../core/intake/exact-numbers.ts';
import { payloadProblem } from '../../core/intake/payload.ts';
import { editableProblems } from '../../core/intake/pointer.ts';
import type { Json } from '../../core/json.ts';
import { limits } from '../../core/limits.ts';
import { askAgain } from '../../core/policy/ask-again.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { checkClaim } from '../../core/policy/sources.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { Request } from '../../core/request.ts';
import { shownDigest } from '../../core/shown.ts';
import type { Services } from '../services.ts';
import { resolveOpening, type Waits } from './resolve-opening.ts';
import { runCommand } from './run-command.ts';
import { storePayload } from './stored-payload.ts';
import { useOverride } from './use-override.ts';

export type OpeningServices = Pick<
  Services,
  'log' | 'people' | 'clock' | 'waiting' | 'standing' | 'policy' | 'payloads' | 'metrics'
>;

/** Somebody asks: who AWS says it is, what they ask for, and what waits for the answer. */
export interface Incoming {
  source: string;
  verified: Verified;
  ask: Ask;
  /** Who asks: claimed, or the verified caller's address. */
  requestedBy: string;
  /** The key where the caller gives none. */
  fallbackKey: string;
  commandId: string;
  tasks: IncomingTask[];
  /** Whoever asks is told how long it may take, so that past waits are read too. */
  tellsWait?: boolean;
}

export interface IncomingTask {
  token: string;
  execution?: string;
  own: boolean;
  holds: boolean;
}

export type Opening =
  | { kind: 'opened' | 'joined' | 'recorded'; request: Request; waits?: Waits }
  | { kind: 'refused'; refusal: Refusal };

/** The policy in force, or why nothing can be opened. */
export async function policyInForce({
  policy,
}: Pick<Services, 'policy'>): Promise<{ policy: Policy; version: string } | Refusal> {
  const pointer = await policy.pointer();
  return pointer ? { policy: await policy.version(pointer.version), version: pointer.version } : refuse('no_policy');
}

/**
 * Opens a request, or joins the one its key names. The task's token is durable before any entry names it. Throws where a
 * dependency fails; nothing is opened then, or the repetition finds it.
 */
export async function openRequest(
  services: OpeningServices,
  inForce: { policy: Policy; version: string },
  incoming: Incoming,
): Promise<Opening> {
  const refused = (refusal: Refusal): Opening => ({ kind: 'refused', refusal });
  const { ask, source, verified, requestedBy, commandId } = incoming;
  const requestId = ask.requestId ?? incoming.fallbackKey;
  const id = requestIdentity(source, requestId);
  const text = ask.payload === undefined ? undefined : canonicalJson(ask.payload);
  const digest = text === undefined ? (ask.payloadRef?.digest ?? '') : sha256Hex(text);
  const contentDigest = contentDigestOf({ ...ask, requestedBy }, digest);

  const entries = await services.log.read(id);
  let planned: Planned | undefined;
  // What comes again was judged when it was opened, whatever the policy, or the payload's object, has become since.
  if (!isRepeat(fold(entries), contentDigest, verified)) {
    const claim = claimOf(ask, requestedBy);
    const problem = checkClaim(inForce.policy, source, claim, verified.person);
    if (problem) return refused(problem);
    const payload = await payloadAsked(services, ask, text);
    if ('refusal' in payload) return refused(payload.refusal);
    if (entries.length === 0) {
      const found = await plan(services, inForce, incoming, { id, requestId, claim, payload, digest });
      if ('refusal' in found) return refused(found.refusal);
      planned = found;
    }
  }

  const tasks = incoming.tasks.map(({ token, ...task }) => ({ token, ref: { ...task, key: taskKeyOf(token) } }));
  const since = services.clock().toISOString();
  await Promise.all(tasks.map(({ token, ref }) => services.waiting.put({ ...ref, token, id, since })));
  if (tasks.length === 0 && entries.length === 0) await services.waiting.noteOpening(id, since);

  const refs = tasks.map(({ ref }) => ref);
  const command: Open = { type: 'open', commandId, contentDigest, verified, tasks: refs, opening: planned?.opening };
  const done = await runCommand(services, id, command, entries);
  if (done.kind === 'refused') return refused(done.refusal);
  if (done.kind === 'recorded') return { kind: 'recorded', request: done.request };
  services.metrics.count('RequestOpened');
  const kind = done.entry.type === 'opened' ? 'opened' : 'joined';
  return { kind, request: done.request, ...(planned?.waits && { waits: planned.waits }) };
}

/** The same content under the same key, of whom AWS says the same. */
function isRepeat(request: Request | undefined, contentDigest: string, verified: Verified): boolean {
  return request?.contentDigest === contentDigest && request.verified.person === verified.person;
}

/** What an opening entry would hold, and the past waits that were read on the way. */
interface Planned {
  opening: NonNullable<Open['opening']>;
  waits?: Waits;
}

/** What the policy makes of it, and whatever has to be there before the entry is. */
async function plan(
  services: OpeningServices,
  { policy, version }: { policy: Policy; version: string },
  { source, verified, requestedBy, tellsWait = false }: Incoming,
  asked: { id: string; requestId: string; claim: Claim; payload: Payload; digest: string },
): Promise<Planned | { refusal: Refusal }> {
  const { id, requestId, claim, payload, digest } = asked;
  const excluded = excludedOf(policy, {
    requestedBy,
    ...(claim.authors && { authors: claim.authors }),
    ...(verified.person && { verifiedPerson: verified.person }),
  });
  const revised = await revisedBy(services, source, claim);
  if (revised && 'refusal' in revised) return revised;
  const now = services.clock().toISOString();
  const again = revised?.again;
  const situation = { now, source, claim, payload: payload.value, excluded, verified: verified.person, again };
  const { resolved, waits } = await resolveOpening(services, policy, situation, { id, tellsWait });
  if ('code' in resolved) return { refusal: resolved };
  const { gate, outcome } = resolved;
  const about = { id, source, requestId, claim, verified, digest, gate };
  const opening = {
    id,
    source,
    requestId,
    claim,
    excluded,
    payload: await storePayload(services, id, digest, payload.text),
    digest,
    shownDigest: shownDigest({ ...about, round: 1, ...(revised && { revisedDigest: revised.digest }) }),
    gate,
    policyVersion: version,
    ...(revised && { revisesId: revised.id }),
    ...(outcome && { outcome }),
  } satisfies Partial<Opened>;
  if (bytesOf(canonicalJson(opening)) > limits.opening)
    return {
      refusal: refuse('too_large', `All that is asked, payload aside, is more than ${limits.opening / 1000} KB.`),
    };
  // Last of all that may refuse, and before anything of the request is durable.
  const blocked = await useOverride(services, policy, about);
  return blocked ? { refusal: blocked } : { opening, ...(waits && { waits }) };
}

function claimOf(ask: Ask, requestedBy: string): Claim {
  const { requestId: _, taskToken: __, payload: ___, payloadRef: ____, ...claim } = ask;
  const present = Object.fromEntries(Object.entries(claim).filter(([, value]) => value !== undefined));
  return { ...strict(claim), ...present, requestedBy };
}

/** The fields that are always there; the others follow as far as they are there. */
function strict({ title, environment, priority, risk }: Omit<Ask, 'requestId'>): Omit<Claim, 'requestedBy'> {
  return { title, environment, priority, risk };
}

/** The payload and its canonical text: what came with the ask (`text`), or what it points at. */
async function payloadAsked(
  { payloads }: Pick<Services, 'payloads'>,
  ask: Ask,
  text: string | undefined,
): Promise<Payload | { refusal: Refusal }> {
  const invalid = (message: string, path = 'payloadRef') => ({
    refusal: refuse('invalid', `'${path}' ${message}.`, [{ path, message }]),
  });
  if (ask.payload !== undefined && text !== undefined) return sized(ask.payload, text);
  if (!ask.payloadRef) return invalid('is required (or `payload`)', 'payload');
  const { key, digest } = ask.payloadRef;
  const found = await payloads.fetchIncoming(key);
  if (found === undefined)
    return invalid(`names no object: there is none at '${key}' in the payload bucket`, 'payloadRef.key');
  if (found === 'too_large') return tooLarge();
  const value = parsed(found);
  if (value === undefined) return invalid('names an object that is not JSON', 'payloadRef.key');
  const twice = duplicateKey(found);
  if (twice) return invalid(`names an object in which ${twice.join('.')} ${keyTwice}`, 'payloadRef.key');
  const problem = payloadProblem(value);
  if (problem) return invalid(problem, 'payloadRef');
  const inexact = inexactNumber(value);
  if (inexact) return invalid(inexact.message, ['payloadRef', ...inexact.path].join('.'));
  const [pointer] = ask.editable ? editableProblems(ask.editable, value) : [];
  if (pointer) return invalid(pointer.message, pointer.path);
  const canonical = canonicalJson(value);
  if (sha256Hex(canonical) !== digest)
    return invalid('is not the digest of the canonical form of what stands there', 'payloadRef.digest');
  return sized(value, canonical);
}

interface Payload {
  value: Json;
  text: string;
}

function sized(value: Json, text: string): Payload | { refusal: Refusal } {
  return bytesOf(text) > limits.payload ? tooLarge() : { value, text };
}

function tooLarge(): { refusal: Refusal } {
  const message = `has more than ${limits.payload / 1024} KB, more than an approver can be shown`;
  return { refusal: refuse('too_large', `The payload ${message}.`, [{ path: 'payload', message }]) };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The request that this one replaces, under the same source, and who asked to be asked again. */
async function revisedBy(
  { log }: Pick<Services, 'log'>,
  source: string,
  claim: Claim,
): Promise<{ id: string; digest: string; again: string[] } | { refusal: Refusal } | undefined> {
  if (!claim.revises) return undefined;
  const id = requestIdentity(source, claim.revises);
  const entries = await log.read(id);
  const revised = fold(entries);
  if (revised) return { id, digest: revised.round.digest, again: askAgain(entries) };
  const message = `names no request of this source: '${claim.revises}'`;
  return { refusal: refuse('invalid', `'revises' ${message}.`, [{ path: 'revises', message }]) };
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
