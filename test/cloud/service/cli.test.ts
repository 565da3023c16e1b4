import { type Ran, startCli } from '../../cli/run-cli.ts';
import { cloudState } from '../../support/aws.ts';
import { bob } from '../../support/cloud/ask.ts';
import { decide } from '../../support/cloud/by-http.ts';
import { anAsk } from '../../support/cloud/emit.ts';
import { idOf } from '../../support/cloud/log.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';
import { aRole, assume } from '../../support/cloud/principals.ts';
import { once } from '../../support/cloud/until.ts';

jest.setTimeout(120_000);

/** Alice's own session: a role that may call the API and nothing else. */
const alice = once(async () => {
  await aRole('test-cli', [{ Action: 'execute-api:Invoke', Resource: '*' }]);
  const { accessKeyId, secretAccessKey, sessionToken = '' } = await assume('test-cli', 'alice');
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
});

async function cli(args: string[], input?: unknown): Promise<Ran> {
  const { caFile } = cloudState();
  const state = process.env.COUNTERSIGN_TEST_STATE ?? '';
  const env = { ...(await alice()), NODE_EXTRA_CA_CERTS: caFile };
  return await startCli([...args, '--state', state], {
    env,
    ...(input !== undefined && { input: JSON.stringify(input) }),
  }).done;
}

const ofAlice = (requestId: string) => idOf(requestId, 'iam:test-cli');

for (const [answer, outcome, code] of [
  ['approve', 'approved', 0],
  ['reject', 'rejected', 1],
  ['request_changes', 'changes_requested', 1],
] as const)
  test.concurrent(`request --wait ends with ${code} when it is ${outcome}`, async () => {
    const ask = anAsk();
    const waiting = cli(['request', '-', '--wait', '--json'], ask);
    await decide(await linkFor(ofAlice(ask.requestId), bob), answer);
    const { code: ended, out } = await waiting;
    expect(ended).toBe(code);
    expect(JSON.parse(out)).toMatchObject({ requestId: ask.requestId, outcome });
  });

test.concurrent('cancel ends a waiting request --wait with 2; show says so; the record verifies', async () => {
  const ask = anAsk();
  const id = ofAlice(ask.requestId);
  const waiting = cli(['request', '-', '--wait'], ask);
  await linkFor(id, bob);
  const pending = await cli(['show', id]);
  expect([pending.code, pending.out]).toEqual([0, expect.stringContaining('waiting for a decision')]);
  expect((await cli(['cancel', id, '--reason', 'Wrong version'])).code).toBe(0);
  expect((await waiting).code).toBe(2);
  const shown = await cli(['show', '--request-id', ask.requestId, '--json']);
  expect(JSON.parse(shown.out)).toMatchObject({ id, outcome: 'cancelled', answer: { reason: 'Wrong version' } });
  const verified = await cli(['audit', 'verify', '--request', id]);
  expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('Verified')]);
});

test.concurrent('a refusal ends with 4, naming field and reason; wrong use ends with 64 and sends nothing', async () => {
  const refused = await cli(
    ['request', '-', '--wait'],
    anAsk({ evidence: [{ label: 'Scan', url: 'javascript:alert(1)' }] }),
  );
  expect(refused.code).toBe(4);
  expect(refused.err).toMatch(/evidence\.0\.url/);
  const wrong = await cli(['request', '--title', 'Only that']);
  expect([wrong.code, wrong.err]).toEqual([64, expect.stringContaining('environment, payload')]);
});
