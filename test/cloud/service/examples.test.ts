import { readdirSync, readFileSync } from 'node:fs';
import { output } from '../../support/aws.ts';
import { bob, ending } from '../../support/cloud/ask.ts';
import { decide, open, textOf } from '../../support/cloud/by-http.ts';
import { aMachine, start } from '../../support/cloud/callers.ts';
import { entryOf, idOf } from '../../support/cloud/log.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';

jest.setTimeout(120_000);

const documentation = readFileSync('docs/service.md', 'utf8');

/** A snippet with the stack's outputs put in, as the documentation says. */
function snippet(name: string): object {
  const text = readFileSync(`examples/${name}.asl.json`, 'utf8');
  return JSON.parse(text.replace(/\$\{(\w+)\}/g, (_, placeholder: string) => output(placeholder)));
}

/** The key that a snippet gives its request. */
const keyOf = ({ execution }: { execution: string }) => execution.split(':').at(-1) ?? '';

test('the snippets stand in the documentation to the letter', () => {
  for (const file of readdirSync('examples')) expect(documentation).toContain(readFileSync(`examples/${file}`, 'utf8'));
});

test.concurrent('snippet 1: waits, and goes on with what was approved', async () => {
  const caller = await start(await aMachine(snippet('wait-for-approval')), {
    requestedBy: 'alice@example.com',
    version: '2.1.0',
    replicas: 4,
  });
  await decide(await linkFor(idOf(keyOf(caller)), bob), 'approve');
  expect(await ending(caller)).toMatchObject({
    status: 'SUCCEEDED',
    output: { deployed: { version: '2.1.0', replicas: 4 }, approvedBy: bob },
  });
});

test.concurrent('snippet 2: a rejection is caught by its name, and says why', async () => {
  const caller = await start(await aMachine(snippet('catch-rejection')), {
    requestedBy: 'alice@example.com',
    table: 'Orders',
  });
  const id = idOf(keyOf(caller), 'states:countersign-approval');
  await decide(await linkFor(id, bob), 'reject', { comment: 'It is still in use' });
  expect(await ending(caller)).toMatchObject({
    status: 'SUCCEEDED',
    output: { kept: true, because: 'It is still in use' },
  });
});

test.concurrent('W2 snippet 3: changes are made and asked for again, and the approver is shown the difference', async () => {
  const caller = await start(await aMachine(snippet('resubmit')), {
    title: 'Deploy shop',
    requestedBy: 'alice@example.com',
    environment: 'staging',
    payload: { version: '2.1.0', replicas: 4 },
  });
  const [first, second] = [idOf(`${keyOf(caller)}-1`), idOf(`${keyOf(caller)}-2`)];
  await decide(await linkFor(first, bob), 'request_changes', { comment: '2.1.1' });

  const link = await linkFor(second, bob);
  const page = textOf(await open(link));
  expect(page).toMatch(/changed from the earlier request/i);
  expect(page).toMatch(/version.{0,80}2\.1\.0.{0,80}2\.1\.1/);
  expect(page).not.toMatch(/replicas.{0,20}changed/);
  expect((await entryOf(second, 'opened')).revisesId).toBe(first);

  await decide(link, 'approve');
  expect(await ending(caller)).toMatchObject({
    status: 'SUCCEEDED',
    output: { deployed: { version: '2.1.1', replicas: 4 } },
  });
});
