import { canonicalJson, requestIdentity } from '../../core/canonical.ts';
import { fold } from '../../core/fold.ts';
import { limits } from '../../core/limits.ts';
import { changeGate, changeKey, changeRequest, type Publication } from '../../core/policy/change-request.ts';
import { changesBetween, type PolicyChange } from '../../core/policy/changes.ts';
import { type AskedStage, whoIsAsked } from '../../core/policy/who-is-asked.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { Request } from '../../core/request.ts';
import { openOwn } from '../commands/open-own-request.ts';
import { rowOf } from '../reactions/row.ts';
import type { PublishingServices } from '../services.ts';
import { alone } from './alone.ts';
import { readForPublishing } from './publish-policy.ts';
import { inForceAgain, type Published, putInForce } from './put-in-force.ts';
import { settleChanges } from './settle-change.ts';

/** It is in force; or it waits for the gate of the policy in force, and nothing has changed. */
export type Submitted = (Published & { status: 'in_force'; changes?: PolicyChange[] }) | Awaiting;

export interface Awaiting {
  status: 'awaiting_approval';
  /** The request that people are asked by. */
  id: string;
  requestId: string;
  version: string;
  /** The version in force. */
  previous: string;
  /** Who is asked: `Bob Baker <bob@example.com>`. */
  approvers: string[];
  stages: AskedStage[];
  changes: PolicyChange[];
}

export interface Submission {
  text: string;
  publisher: { arn: string; account: string };
  enforcedSources: readonly string[];
}

/** How often a change that was turned down may be asked for again. */
const attempts = 50;

/**
 * Publishes a policy: at once, or where the policy in force has a gate for that, once it is approved. Asked again while it
 * waits it is the same request; turned down, it is asked anew. Refuses before anything is written.
 */
export async function submitPolicy(
  services: PublishingServices,
  { text, publisher, enforcedSources }: Submission,
): Promise<Submitted | Refusal> {
  const read = readForPublishing(text, enforcedSources);
  if ('code' in read) return read;
  const { policy: next, version: to } = read;
  return alone(services.publisher, services.clock(), async () => {
    // What is approved already comes first: this may be it.
    await settleChanges(services, enforcedSources, await services.changes.list());
    const pointer = await services.publisher.pointer();
    const now = services.clock();
    if (!pointer)
      return inForce(await putInForce(services.publisher, { ...read, publishedBy: publisher.arn, now }, undefined));
    const current = await services.policy.version(pointer.version);
    const changes = changesBetween(current, next);
    if (!current.policyChange) {
      const done = await putInForce(services.publisher, { ...read, publishedBy: publisher.arn, now }, pointer);
      return inForce(done, changes);
    }
    if (pointer.version === to) return inForce(await inForceAgain(services.publisher, next, pointer), changes);
    const { version: from, publishedAt: since } = pointer;
    return ask(services, { publisher, inForce: current, next, from, to, since, changes }, attempts);
  });
}

/** Opens the request, or finds the one that waits. */
async function ask(services: PublishingServices, of: Publication, most: number): Promise<Awaiting | Refusal> {
  const wanted = changeRequest(of);
  if (sizeOf(wanted.payload) > limits.payload)
    return refuse('too_large', 'The change is larger than an approver can be shown. Publish it in several parts.');
  for (let attempt = 1; attempt <= most; attempt++) {
    const requestId = changeKey(of, attempt);
    const id = requestIdentity(wanted.source, requestId);
    const there = fold(await services.log.read(id));
    if (there && there.status !== 'settled')
      return isAsked(there, wanted.verified.person)
        ? refuse('four_eyes', 'You are asked to approve this policy, so you cannot publish it as well.')
        : awaiting(there, of);
    if (there) continue;
    const gate = changeGate(of.inForce, wanted, services.clock().toISOString());
    if ('code' in gate) return gate;
    const waiting = await services.changes.list();
    if (waiting.length >= limits.policyChanges)
      return refuse(
        'too_many',
        `${waiting.length} changes of the policy wait already. Have them decided, or take them back.`,
      );
    await services.publisher.putVersion(of.to, canonicalJson(of.next));
    await services.changes.replace([...waiting.filter((other) => other !== id), id]);
    const done = await openOwn(services, { ...wanted, requestId, gate, policyVersion: of.from });
    if (done.kind === 'refused') return done.refusal;
    // A row that says that nothing was done yet: the sweep finds it by that, should its stream record be lost.
    await services.rows.put({ ...rowOf(done.request), seq: 0 });
    return awaiting(done.request, of);
  }
  return refuse('too_many', `This change was asked for ${most} times, and not let be.`);
}

/** By a seat of their own, or one that somebody else has in their place. */
function isAsked({ round }: Request, person: string | undefined): boolean {
  const seats = round.gate.stages.flatMap(({ approvers }) => approvers);
  return person !== undefined && seats.some((seat) => seat.person === person || seat.via?.includes(person));
}

function awaiting(request: Request, { to, from, changes }: Publication): Awaiting {
  const stages = whoIsAsked(request.round.gate);
  const named = stages.flatMap(({ approvers }) => approvers.map(({ name, address }) => `${name} <${address}>`));
  const { id, requestId } = request;
  return {
    ...{ status: 'awaiting_approval', id, requestId, version: to, previous: from },
    approvers: [...new Set(named)],
    stages,
    changes,
  };
}

function inForce(done: Published | Refusal, changes?: PolicyChange[]): Submitted | Refusal {
  if ('code' in done) return done;
  // An answer has its size, and without a gate nobody needs the list to decide.
  const told = changes && sizeOf(changes) <= limits.payload ? { changes } : {};
  return { status: 'in_force', ...done, ...told };
}

function sizeOf(value: unknown): number {
  return new TextEncoder().encode(canonicalJson(value)).length;
}
