import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { loadPolicy } from '../../../core/policy/load.ts';
import { PolicyPointer } from '../../../core/policy/policy.ts';
import { dynamodb } from '../cloud/audit.ts';
import { apiEvent, isAnswered } from './people.ts';
import type { Reply, World } from './world.ts';

const operator = 'arn:aws:sts::000000000000:assumed-role/publisher/operator';

/** A policy in which anybody may ask, bob decides, and these people are known. */
function policyText(people: readonly string[]): string {
  const entry = (name: string) => `    ${name}: { name: ${name}, email: ${name}@example.com }`;
  return `
directory:
  people:
${people.map(entry).join('\n')}
sources:
  "states:*": { may_name: ["*"], environments: ["*"], facts: ["*"] }
environments:
  any:
    gates:
      any: { stages: [{ name: review, approvers: [bob], rule: any, timeout: 24_hours }] }
`;
}

export function versionOf(people: readonly string[]): string {
  const loaded = loadPolicy(policyText(people));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes));
  return loaded.version;
}

export function publication(people: readonly string[], more = ''): unknown {
  return apiEvent('PUT /policy', { text: policyText(people) + more }, operator);
}

/** Emergency overrides: bob approves them, carol reviews them. */
export const emergency = `
approval_workflows:
  emergency_bypass: { approver: bob, timeout: 30_minutes, review: { approver: carol, timeout: 3_days } }
`;

/** Publishes; the operator tries again until it is in force. `more`: other parts of the policy. */
export async function publish(world: World, people: readonly string[], more = ''): Promise<void> {
  await insist(world, publication(people, more));
}

export async function turnKeys(world: World, how: object): Promise<void> {
  await insist(world, apiEvent('POST /link-keys', how, operator));
}

async function insist(world: World, event: unknown): Promise<void> {
  const reply = (await world.insist('publish-policy', event, isAnswered)) as Reply;
  expect(reply).toMatchObject({ statusCode: 200 });
}

/** The pointer in force in this run, and who is in its directory. */
export async function policyOf(world: World): Promise<[PolicyPointer | undefined, string[]]> {
  const { Items = [] } = await dynamodb().send(new ScanCommand({ TableName: world.table('policy') }));
  const items = Items.map((item) => unmarshall(item));
  const pointer = items.find(({ key }) => key === 'pointer');
  const people = items.filter(({ key }) => key.startsWith('person#')).map(({ person }) => String(person));
  return [pointer && PolicyPointer.parse(pointer), people.sort()];
}
