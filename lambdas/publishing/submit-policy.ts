import { canonicalJson, requestIdentity } from '../../core/canonical.ts';
import { fold } from '../../core/fold.ts';
import { limits } from '../../core/limits.ts';
import {
  authorsMissing,
  changeGate,
  changeKey,
  changeRequest,
  type Publication,
} from '../../core/policy/change-request.ts';
import { changeWarnings } from '../../core/policy/change-warnings.ts';
import { changesBetween, type PolicyChange } from '../../core/policy/changes.ts';
import { type AskedStage, whoIsAsked } from '../../core/policy/who-is-asked.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { isAsked, type Request } from '../../core/request.ts';
import { openOwn } from '../commands/open-own-request.ts';
import { rowOf } from '../reactions/row.ts';
import type { PublishingServices } from '../services.ts';
import { alone } from './alone.ts';
import { readForPublishing } from './publish-policy.ts';
import { inForceAgain, type Published, putInForce } from './put-in-force.ts';
import { settleChanges } from './settle-change.ts';

/** It is in force; or it waits for the gate of the policy in force, and nothing has changed. */
export type Submitted = (Published & { status: 'in_force'; changes?: PolicyChange[]; warnings: string[] }) | Awaiting;

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
  /** What keeps it from nothing, and whoever publishes should know. */
  warnings: string[];
}

export interface Submission {
  text: string;
  publisher: { arn: string; account: string };
  /** Addresses of those who wrote it; needed where the publisher is nobody of the directory and there is a gate. */
  authors?: readonly string[] | undefined;
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
  { text, publisher, authors = [], enforcedSources }: Submission,
): Promise<Submitted | Refusal> {
  const read = readForPublishing(text, enforcedSources);
  if ('code' in read) return read;
  const { policy: next, version: to } = read;
  return alone(services.publisher, services.clock(), async () => {
    // What is approved already comes first: this may be it.
    await settleChanges(services, enforcedSources, await services.changes.list());
    const pointer = await services.publisher.pointer();
    const now = services.clock();
    const at = { from: pointer?.version ?? '', to, since: pointer?.publishedAt ?? '' };
    if (!pointer) {
      const done = await putInForce(services.publisher, { ...read, publishedBy: publisher.arn, now }, undefined);
      const first = { ...at, publisher, authors, inForce: next, next, changes: [] };
      return inForce(done, changeWarnings(first, now.toISOString()));
    }
    const current = await services.policy.version(pointer.version);
    const changes = gateFirst(changesBetween(current, next));
    const of = { ...at, publisher, authors, inForce: current, next, changes };
    const warnings = changeWarnings(of, now.toISOString());
    if (!current.policyChange) {
      const done = await putInForce(services.publisher, { ...read, publishedBy: publisher.arn, now }, pointer);
      return inForce(done, warnings, changes);
    }
    if (pointer.version === to)
      return inForce(await inForceAgain(services.publisher, next, pointer), warnings, changes);
    const done = authorsMissing(of) ?? (await ask(services, of, attempts));
    return 'code' in done ? done : { ...done, warnings };
  });
}

/** A change of the gate itself is what somebody who decides has to see, however much else there is. */
function gateFirst(changes: PolicyChange[]): PolicyChange[] {
  const isGate = ({ path }: PolicyChange) => path === '/policyChange' || path.startsWith('/policyChange/');
  return [...changes.filter(isGate), ...changes.filter((change) => !isGate(change))];
}

type Asked = Omit<Awaiting, 'warnings'>;

/** Opens the request, or finds the one that waits. */
async function ask(services: PublishingServices, of: Publication, most: number): Promise<Asked | Refusal> {
  const wanted = changeRequest(of);
  if (sizeOf(wanted.payload) > limits.payload)
    return refuse('too_large', 'The change is larger than an approver can be shown. Publish it in several parts.');
  for (let attempt = 1; attempt <= most; attempt++) {
    const requestId = changeKey(of, attempt);
    const id = requestIdentity(wanted.source, requestId);
    const there = fold(await services.log.read(id));
    if (there && there.status !== 'settled')
      return isAsked(there, wanted.excluded.people)
        ? refuse('four_eyes', 'Whoever publishes this policy or wrote it is asked to approve it, and cannot do both.')
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

function awaiting(request: Request, { to, from, changes }: Publication): Asked {
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

function inForce(done: Published | Refusal, warnings: string[], changes?: PolicyChange[]): Submitted | Refusal {
  if ('code' in done) return done;
  // An answer has its size, and without a gate nobody needs the list to decide.
  const told = changes && sizeOf(changes) <= limits.payload ? { changes } : {};
  return { status: 'in_force', ...done, ...told, warnings };
}

function sizeOf(value: unknown): number {
  return new TextEncoder().encode(canonicalJson(value)).length;
}
