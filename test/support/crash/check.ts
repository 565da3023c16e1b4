import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetScheduleCommand, ResourceNotFoundException } from '@aws-sdk/client-scheduler';
import { errorOf } from '../../../core/answer.ts';
import { personLogId } from '../../../core/canonical.ts';
import { fold } from '../../../core/fold.ts';
import type { Outcome } from '../../../core/gate.ts';
import { foldPerson } from '../../../core/person/fold.ts';
import { reviewKey } from '../../../core/person/review.ts';
import { reactionsTo } from '../../../core/reactions.ts';
import type { Request } from '../../../core/request.ts';
import { dynamoAuditLog } from '../../../lambdas/adapters/audit-log.ts';
import { itemsBySdk } from '../../../lambdas/adapters/items-by-sdk.ts';
import { dynamoPersonLog } from '../../../lambdas/adapters/person-log.ts';
import { dynamoRequestRows } from '../../../lambdas/adapters/request-rows.ts';
import { rowOf } from '../../../lambdas/reactions/row.ts';
import { dynamodb } from '../cloud/audit.ts';
import { root } from '../cloud/clients.ts';
import { standing } from './executions.ts';
import { scheduleGroup } from './place.ts';
import type { World } from './world.ts';

/** What a run has to come to, wherever it crashed. */
export interface Expected {
  id: string;
  /** Undefined: it is still pending. */
  outcome?: Outcome;
  /** Who has voted, in order: once each. */
  votes?: string[];
  /** Executions that nobody waits for any more: they ended before they were answered. */
  abandoned?: string[];
}

/** Fails unless the log, and everything outside, say the same and say it once. Returns the request. */
export async function check(world: World, expected: Expected): Promise<Request> {
  const { id, outcome, votes = [] } = expected;
  const log = dynamoAuditLog(itemsBySdk(dynamodb()), world.table('audit'));
  const request = fold(await log.read(id));
  if (!request) throw new Error('the request was never opened');
  expect(request.status === 'settled' ? request.outcome : undefined).toBe(outcome);
  // Decided once: by each whose turn it was, once each; what settles it stands in the log once, or it would not fold.
  expect(request.round.votes.map(({ by }) => by)).toEqual(votes);
  expect(request.notNotified).toEqual([]);
  await tasksAnswered(world, request, expected);
  heardOf(world, request);
  const due = reactionsTo(request);
  expect(await scheduled(id)).toBe(due.timer !== undefined);
  const row = await dynamoRequestRows(dynamodb(), world.table('requests')).get(id);
  expect(row).toEqual(rowOf(request));
  return request;
}

/** The override was reviewed once, by a request of its own, and all of it stands once in the log of whose it was. */
export async function checkReview(world: World, override: string, person: string): Promise<void> {
  const items = itemsBySdk(dynamodb());
  const entries = await dynamoPersonLog(items, world.table('audit')).read(personLogId(person));
  expect(entries.map(({ type }) => type)).toEqual(['override_used', 'review_owed', 'review_done']);
  expect(foldPerson(entries)?.owed).toEqual([]);
  const { id } = reviewKey({ override, nth: 1 });
  const review = fold(await dynamoAuditLog(items, world.table('audit')).read(id));
  if (!review) throw new Error('the review was never opened');
  expect(review).toMatchObject({ status: 'settled', outcome: 'approved', tasks: [], notNotified: [] });
  heardOf(world, review);
  expect(await scheduled(id)).toBe(false);
  expect(await dynamoRequestRows(dynamodb(), world.table('requests')).get(id)).toEqual(rowOf(review));
}

/** Every task has one answer, all of them the same; and Step Functions has it. */
async function tasksAnswered(world: World, request: Request, { outcome, abandoned = [] }: Expected): Promise<void> {
  for (const told of world.answers.values()) {
    expect(told).toHaveLength(1);
    expect(told[0]?.id).toBe(request.id);
  }
  for (const { arn } of world.executions.values()) {
    const { status, error, told } = await standing(arn);
    if (abandoned.includes(arn)) expect(status).toBe('ABORTED');
    else if (outcome === undefined) expect(status).toBe('RUNNING');
    else {
      expect({ status, error }).toEqual({
        status: errorOf(outcome) === undefined ? 'SUCCEEDED' : 'FAILED',
        error: errorOf(outcome),
      });
      expect(told?.id).toBe(request.id);
    }
    const tasks = request.tasks.filter(({ execution }) => execution === arn);
    expect(tasks.length).toBeGreaterThan(0);
    if (outcome === undefined) continue;
    const states = tasks.map(({ state }) => state);
    // A token that a retry replaced is no task that went unanswered; the last one has its answer.
    expect(states.at(-1)).toBe(abandoned.includes(arn) ? 'left' : 'delivered');
    for (const state of states.slice(0, -1)) expect(['superseded', 'delivered']).toContain(state);
  }
}

/** Consumers heard of every milestone, and know what they hear twice by its kind, `id` and `seq`. */
function heardOf(world: World, request: Request): void {
  const types = {
    requested: 'Approval Requested',
    decided: 'Approval Decided',
    expired: 'Approval Expired',
    bypassed: 'Bypass Used',
  };
  const heard = world.events.filter(({ detail }) => detail.id === request.id);
  const told = new Set(heard.map(({ type, detail }) => `${detail.seq} ${type}`));
  expect(told).toEqual(new Set(request.milestones.map(({ seq, type }) => `${seq} ${types[type]}`)));
  for (const one of told) {
    const same = heard.filter(({ type, detail }) => `${detail.seq} ${type}` === one);
    expect(new Set(same.map(({ detail }) => JSON.stringify(detail))).size).toBe(1);
  }
}

/** The bus heard of a refusal, once or more, and always the same. */
export function heardRefusal(world: World): void {
  const heard = world.events
    .filter(({ type }) => type === 'Request Refused')
    .map(({ detail }) => JSON.stringify(detail));
  expect(new Set(heard).size).toBe(1);
}

/** Nothing was opened, nobody was mailed, and whoever waits was told so. */
export async function refusedOnly(world: World): Promise<void> {
  for (const { arn } of world.executions.values()) {
    const { status, error } = await standing(arn);
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'Approval.Refused' });
  }
  const { Count } = await dynamodb().send(new ScanCommand({ TableName: world.table('audit') }));
  expect(Count).toBe(0);
  expect(world.mails).toEqual([]);
}

async function scheduled(id: string): Promise<boolean> {
  try {
    await root.scheduler().send(new GetScheduleCommand({ Name: id, GroupName: scheduleGroup }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}
