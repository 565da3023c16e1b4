import { readFileSync } from 'node:fs';
import { requestIdentity } from '../../core/canonical.ts';
import { loadPolicy } from '../../core/policy/load.ts';
import { openForMachine } from '../../lambdas/commands/open-for-machine.ts';
import type { Fakes } from './fakes.ts';

const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:countersign-approval-events';
const account = '000000000000';

/**
 * Opens many requests by events, in memory, numbered on from `first`; nobody is asked yet. What is not said is ordinary: of
 * `demo.shop`, for production. Answers their ids.
 */
export async function openMany(
  fakes: Fakes,
  count: number,
  of: { risk: string; source?: string; title?: string },
  first = 0,
): Promise<string[]> {
  if (!fakes.tables.pointer) publishDemoPolicy(fakes);
  const { source = 'demo.shop', title = 'Deploy shop', risk } = of;
  const ids: string[] = [];
  for (let n = first; n < first + count; n++) {
    const requestId = `${source}-${n}`;
    const detail = {
      requestId,
      title: `${title} ${n}`,
      requestedBy: 'alice@example.com',
      environment: 'production',
      risk,
      payload: { n },
    };
    const event = { id: `event-${requestId}`, source, account, 'detail-type': 'Request Approval', detail };
    const execution = `${machine.replace('stateMachine', 'execution')}:run-${requestId}`;
    const startedAt = fakes.now.toISOString();
    const handed = { execution, machine, startedAt, input: event, taskToken: `token-${requestId}`, redriveCount: 0 };
    await openForMachine(fakes, handed, { eventMachines: [machine], account });
    ids.push(requestIdentity(`events:${source}@${account}`, requestId));
  }
  return ids;
}

function publishDemoPolicy(fakes: Fakes): void {
  const loaded = loadPolicy(readFileSync('policy/demo.yaml', 'utf8'));
  if (!loaded.ok) throw new Error('the policy for playing is broken');
  fakes.publish(loaded.policy);
}
