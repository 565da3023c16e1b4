import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { clientConfig } from './clients.ts';
import type { LocalCloud } from './cloud.ts';
import { awsEnvironment } from './deploy.ts';
import { runCommand } from './processes.ts';
import { step } from './progress.ts';
import { Trouble } from './trouble.ts';

const MAIL_WITHIN_MS = 30_000;

const SAMPLE = {
  requestId: 'sample-1',
  title: 'Deploy shop v2.1.0 to production',
  description: 'The new checkout. It was in staging for a week; the old version stays installed beside it.',
  requestedBy: 'alice@example.com',
  environment: 'production',
  priority: 'high',
  risk: 'medium',
  facts: { lines_changed: 120, breaking_change: false },
  payload: { service: 'shop', version: '2.1.0', replicas: 4 },
  evidence: [{ label: 'What changed', url: 'https://example.com/shop/compare/v2.0.3...v2.1.0' }],
};

/** Publishes the policy for playing, with the command an operator would use. The state file says where to. */
export async function publishDemoPolicy(root: string, stateFile: string, cloud: LocalCloud): Promise<void> {
  const policy = join(root, 'policy', 'demo.yaml');
  const command = [join(root, 'cli', 'countersign.ts'), 'policy', 'publish', policy, '--state', stateFile];
  await step('Publishing the policy', (report) =>
    runCommand(process.execPath, command, {
      cwd: root,
      env: awsEnvironment(cloud),
      timeoutMs: 60_000,
      logFile: join(cloud.folder, 'publish.log'),
      report,
    }),
  );
}

/** Sends a request as a service would, waits for its mail, and returns the link in it. */
export async function sendSampleRequest(cloud: LocalCloud): Promise<string> {
  return await step('Sending a sample request', async (report) => {
    const client = new EventBridgeClient(clientConfig(cloud));
    const { EventBusName } = cloud.outputs;
    const event = { EventBusName, Source: 'demo.shop', DetailType: 'Request Approval', Detail: JSON.stringify(SAMPLE) };
    const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [event] }));
    client.destroy();
    if (FailedEntryCount) throw new Trouble(`The bus did not take the sample request: ${JSON.stringify(Entries)}`);
    report('waiting for its mail');
    return await firstLink(cloud);
  });
}

async function firstLink({ mailboxUrl, frontDoorUrl, folder }: LocalCloud): Promise<string> {
  const deadline = Date.now() + MAIL_WITHIN_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(mailboxUrl, { headers: { accept: 'application/json' } });
    const text = await answer.text();
    const at = text.indexOf(`${frontDoorUrl}/`);
    if (at >= 0) return /^[^\s"\\<>]+/.exec(text.slice(at))?.[0] ?? mailboxUrl;
    await sleep(250);
  }
  throw new Trouble(
    `No mail came for the sample request within ${MAIL_WITHIN_MS / 1000} s: ${join(folder, 'cloud.log')} says what the local cloud did.`,
  );
}
