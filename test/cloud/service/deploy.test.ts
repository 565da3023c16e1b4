import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { verifyLog } from '../../../core/verify.ts';
import { deploy } from '../../../local/deploy.ts';
import { cloudState, output, ROOT } from '../../support/aws.ts';
import { callApi } from '../../support/cloud/api.ts';
import { ask, bob, carol, ending, gates } from '../../support/cloud/ask.ts';
import { dynamodb, entriesOf, wholeTable } from '../../support/cloud/audit.ts';
import { decide, nonceIn, open, send } from '../../support/cloud/by-http.ts';
import { configurationOf } from '../../support/cloud/functions.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';

jest.setTimeout(300_000);

/** Deploys the same stack once more, with every function changed, as an operator's next `cdk deploy` does. */
async function deployAgain(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-deploy-'));
  const assembly = join(folder, 'cdk.out');
  await cp(join(dirname(process.env.COUNTERSIGN_TEST_STATE ?? ''), 'cdk.out'), assembly, { recursive: true });
  const file = join(assembly, 'countersign.template.json');
  const before = await readFile(file, 'utf8');
  const template = JSON.parse(before);
  for (const resource of Object.values<{ Type: string; Properties: { Environment?: { Variables: object } } }>(
    template.Resources,
  ))
    if (resource.Type === 'AWS::Lambda::Function' && resource.Properties.Environment)
      Object.assign(resource.Properties.Environment.Variables, { DEPLOYED_AGAIN: randomUUID() });
  const after = JSON.stringify(template);
  await writeFile(file, after);
  // The template is an asset under its own hash: under the old one it would be taken for the template that is there.
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  for (const name of ['countersign.assets.json', 'manifest.json']) {
    const text = await readFile(join(assembly, name), 'utf8');
    await writeFile(join(assembly, name), text.replaceAll(hash(before), hash(after)));
  }
  const { endpoint, region, caFile } = cloudState();
  const target = { endpoint, region, caFile, account: '000000000000' };
  await deploy({ root: process.cwd(), folder, target, report: () => {} });
  await rm(folder, { recursive: true });
}

test('R43 a deploy while work waits: links mailed before it, and a page opened before it, finish the old execution', async () => {
  const asked = await ask(gates.both);
  const [forBob, forCarol] = await Promise.all([linkFor(asked.id, bob), linkFor(asked.id, carol)]);
  const nonce = nonceIn(await open(forCarol)) ?? '';
  await decide(forBob, 'approve');
  await deployAgain();
  expect(await configurationOf('Review')).toContain('DEPLOYED_AGAIN');
  expect((await send(forCarol, nonce, 'approve')).status).toBe(200);
  expect(await ending(asked)).toMatchObject({
    status: 'SUCCEEDED',
    output: { outcome: 'approved', payload: asked.payload },
  });
  expect(verifyLog(await entriesOf(asked.id), { id: asked.id }).ok).toBe(true);
});

test('R43 entries that an earlier version wrote are read, asked about, decided and verified', async () => {
  const { id, entries } = JSON.parse(await readFile('test/cloud/service/fixtures/opened-by-0.1.0.json', 'utf8'));
  const stale = [
    ...(await wholeTable('AuditTableName')).map((item) => ({
      table: 'AuditTableName',
      item,
      key: { id, seq: item.seq },
    })),
    ...(await wholeTable('RequestsTableName')).map((item) => ({
      table: 'RequestsTableName',
      item,
      key: { id, item: item.item },
    })),
  ].filter(({ item }) => item.id === id);
  // Left by an earlier run of this test on the same cloud.
  for (const { table, key } of stale)
    await dynamodb().send(
      new BatchWriteItemCommand({ RequestItems: { [output(table)]: [{ DeleteRequest: { Key: marshall(key) } }] } }),
    );
  const puts = entries.map((entry: object) => ({ PutRequest: { Item: marshall(entry) } }));
  await dynamodb().send(new BatchWriteItemCommand({ RequestItems: { [output('AuditTableName')]: puts } }));
  await decide(await linkFor(id, bob), 'approve');
  const { body } = await callApi('GET', `/requests/${id}`, { as: ROOT });
  expect(body).toMatchObject({ outcome: 'approved', answer: { payload: { version: '2.1.0', replicas: 4 } } });
  expect(verifyLog(await entriesOf(id), { id })).toMatchObject({ ok: true });
});
