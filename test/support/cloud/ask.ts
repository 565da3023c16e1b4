import { randomUUID } from 'node:crypto';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { requestIdentity } from '../../../core/canonical.ts';
import { clientConfig, output } from '../aws.ts';
import { entriesOf } from './audit.ts';
import { until } from './until.ts';

let theSfn: SFNClient | undefined;
export const sfn = () => {
  theSfn ??= new SFNClient(clientConfig());
  return theSfn;
};

/** A request that an execution of the approval machine waits for. */
export interface Asked {
  id: string;
  requestId: string;
  execution: string;
  payload: unknown;
}

/** The gates of policy/demo.yaml. */
export const gates = {
  /** bob */
  one: { environment: 'production', risk: 'low' },
  /** bob and carol */
  both: { environment: 'production', risk: 'medium' },
  /** two of bob, carol, dan */
  quorum: { environment: 'production', risk: 'high' },
  /** bob, then carol */
  stages: { environment: 'production', risk: 'critical' },
} as const;

export const bob = 'bob@example.com';
export const carol = 'carol@example.com';
export const dan = 'dan@example.com';

/** Asks as a state machine would: one execution that waits. What is not said is ordinary. */
export async function ask(of: Record<string, unknown> = {}): Promise<Asked> {
  const requestId = `approver-${randomUUID()}`;
  const input = {
    requestId,
    title: 'Deploy shop v2.1.0',
    requestedBy: 'alice@example.com',
    ...gates.one,
    payload: { version: '2.1.0', replicas: 4 },
    ...of,
  };
  const { executionArn } = await sfn().send(
    new StartExecutionCommand({ stateMachineArn: output('ApprovalStateMachineArn'), input: JSON.stringify(input) }),
  );
  const id = requestIdentity('states:countersign-approval', input.requestId);
  return { id, requestId: input.requestId, execution: executionArn ?? '', payload: input.payload };
}

/** The same, once its opening is recorded. */
export async function opened(of: Record<string, unknown> = {}): Promise<Asked> {
  const asked = await ask(of);
  await until(`the opening of ${asked.id}`, async () => (await entriesOf(asked.id)).length > 0);
  return asked;
}

/** Waits until an execution has ended, and says how. */
export async function ending({ execution: executionArn }: Pick<Asked, 'execution'>) {
  return await until(`the end of ${executionArn}`, async () => {
    const seen = await sfn().send(new DescribeExecutionCommand({ executionArn }));
    if (seen.status === 'RUNNING') return undefined;
    return {
      status: seen.status,
      error: seen.error,
      // The local cloud gives a failed execution an output, which AWS does not.
      output: seen.status === 'SUCCEEDED' && seen.output !== undefined ? JSON.parse(seen.output) : undefined,
      cause: seen.cause === undefined ? undefined : JSON.parse(seen.cause),
    };
  });
}

/** Is this execution still waiting? */
export async function isWaiting({ execution: executionArn }: Pick<Asked, 'execution'>): Promise<boolean> {
  return (await sfn().send(new DescribeExecutionCommand({ executionArn }))).status === 'RUNNING';
}

export async function abort({ execution: executionArn }: Pick<Asked, 'execution'>): Promise<void> {
  await sfn().send(new StopExecutionCommand({ executionArn }));
}
