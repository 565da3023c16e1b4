import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { personLogId } from '../../core/canonical.ts';
import { decidePerson, type PersonCommand } from '../../core/person/decide.ts';
import type { PersonEntry } from '../../core/person/entry.ts';
import { foldPerson } from '../../core/person/fold.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { aLog } from '../unit/core/a-log.ts';
import { FakeApi } from './fake-api.ts';
import { runCli } from './run-cli.ts';
import { id, pending, settled } from './samples.ts';

jest.setTimeout(60_000);

let api: FakeApi;
beforeEach(async () => {
  api = await FakeApi.start();
});
afterEach(() => api.stop());

const run = (...args: string[]) => runCli([...args, '--api-url', api.url]);
const notFound = { status: 404, body: { code: 'not_found', message: 'There is no such request.' } };

describe('show', () => {
  test('says where a request stands, who was asked, who said what, what waits, and who could not be told', async () => {
    api.on(`GET /requests/${id}`, { status: 200, body: pending });
    const { code, out } = await run('show', id);
    expect(code).toBe(0);
    for (const part of [
      'Deploy shop v2.1.0 is waiting for a decision',
      'production, medium risk',
      'alice@example.com (claimed)',
      'assumed-role/deployer/x',
      'both approvers',
      'Looks fine',
      'Looking at it.',
      'execution:deploy:1',
      'the mailbox is full',
      '2099',
    ])
      expect(out).toContain(part);
    expect(out).not.toContain('\u001b');
  });

  test("finds a request by the caller's own key, whatever is in it", async () => {
    api.on('GET /requests?requestId=deploy%2F42%20%26%20more', { status: 200, body: settled('approved') });
    const { code, out } = await run('show', '--request-id', 'deploy/42 & more', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(settled('approved'));
  });

  test("R29 other people's text cannot steer the terminal", async () => {
    const title = 'Harmless\u001b]0;owned\u0007\u202etxt.exe\nFAKE LINE';
    api.on(`GET /requests/${id}`, { status: 200, body: { ...pending, claim: { ...pending.claim, title } } });
    const { out } = await run('show', id);
    for (const steering of ['\u001b', '\u0007', '\u202e']) expect(out).not.toContain(steering);
    expect(out).toContain('U+202E⟧txt.exe');
    expect(out).not.toMatch(/^FAKE LINE/m);
  });

  test('what is not there is refused, and what cannot be an id is wrong use', async () => {
    api.on(`GET /requests/${id}`, notFound);
    const runs = await Promise.all([
      run('show', id),
      run('show', '../policy'),
      run('show'),
      run('show', id, '--request-id', 'k'),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([4, 64, 64, 64]);
    expect(runs[0]?.err).toContain('There is no such request.');
  });
});

describe('audit', () => {
  test('show lists the record, and its JSON is an export that verifies without a network', async () => {
    api.on(`GET /requests/${id}/audit`, { status: 200, body: { id, entries: aLog() } });
    const [table, json] = await Promise.all([run('audit', 'show', id), run('audit', 'show', id, '--json')]);
    expect(table.out).toMatch(/4 +Sat 21 Nov 2026, 10:03 UTC +approved +carol@example.com +so it was approved/);
    await api.stop();
    const ran = await runCli(['audit', 'verify', '--file', '-', '--head', pending.auditHead], { input: json.out });
    api = await FakeApi.start();
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toContain('Verified: the 5 entries');
  });

  test("verify fetches a request's record and verifies it here", async () => {
    api
      .on(`GET /requests/${id}`, { status: 200, body: settled('approved') })
      .on(`GET /requests/${id}/audit`, { status: 200, body: { id, entries: aLog() } });
    const { code, out } = await run('audit', 'verify', '--request', id);
    expect(code).toBe(0);
    expect(out).toContain(`Verified: the 5 entries of request ${id}`);
    expect(out).toContain('Deploy shop v2.1.0: approved');
    expect(out).toContain(pending.auditHead);
  });

  test('R35 a record that the service cut at its end, or edited, does not verify, and the entry is named', async () => {
    const edited = aLog().map((entry) => (entry.seq === 2 ? { ...entry, comment: 'never said' } : entry));
    api
      .on(`GET /requests/${id}`, { status: 200, body: settled('approved') })
      .on(
        `GET /requests/${id}/audit`,
        { status: 200, body: { id, entries: aLog().slice(0, 4) } },
        { status: 200, body: { id, entries: edited } },
      );
    const cutOff = await run('audit', 'verify', '--request', id);
    expect(cutOff.code).toBe(1);
    expect(cutOff.out).toContain('entry 5 no entry has the expected hash');
    const changed = await run('audit', 'verify', '--request', id, '--json');
    expect(changed.code).toBe(1);
    expect(JSON.parse(changed.out)).toMatchObject({ ok: false, findings: [{ seq: 2 }] });
  });

  test('what is no export is wrong use', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'export.json'), '{"entries":7}');
    const runs = await Promise.all([
      runCli(['audit', 'verify', '--file', join(folder, 'export.json')]),
      runCli(['audit', 'verify']),
      runCli(['audit', 'verify', '--file', '-', '--head', 'xyz'], { input: '{}' }),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([64, 64, 64]);
  });

  test('R35 an export in which another reader could find another record is not verified as either', async () => {
    const text = JSON.stringify({ id, entries: aLog() });
    const input = text.replace('"title":', '"title":"Something else","title":');
    const ran = await runCli(['audit', 'verify', '--file', '-'], { input });
    expect(ran).toMatchObject({ code: 64, out: '' });
    expect(ran.err).toContain("'entries.0.claim.title' stands there twice");
  });
});

describe('person', () => {
  const log: PersonEntry[] = [];
  const does = (command: PersonCommand) => {
    const decision = decidePerson(foldPerson(log), 'bob', command, '2026-11-21T10:00:00.000Z');
    if (decision.kind === 'append') log.push(decision.entry);
  };
  does({ type: 'use_override', request: id, title: 'Restart shop', justification: 'checkout is down' });
  does({ type: 'owe_review', override: id, review: 'review', due: '2026-11-21T11:00:00.000Z' });
  const { overrides = [], owed = [] } = foldPerson(log) ?? {};
  const bob = { id: personLogId('bob'), person: 'bob', overrides, owed, entries: log };

  test('R40 says which overrides somebody used, why, and which review is overdue', async () => {
    api.on('GET /people/bob%40example.com', { status: 200, body: bob });
    const { code, out } = await run('person', 'bob@example.com');
    expect(code).toBe(0);
    for (const part of [
      'has an overdue review',
      'Restart shop',
      'checkout is down',
      'Sat 21 Nov 2026, 11:00 UTC (overdue)',
    ])
      expect(out).toContain(part);
  });

  test('R34 what it prints as JSON is an export that verifies', async () => {
    api.on('GET /people/bob', { status: 200, body: bob });
    const { out } = await run('person', 'bob', '--json');
    const file = join(await temporaryFolder(), 'bob.json');
    await writeFile(file, out);
    const verified = await runCli(['audit', 'verify', '--file', file]);
    expect(verified.out).toContain(`Verified: the 2 entries of the person ${personLogId('bob')} are whole`);
    await writeFile(file, out.replaceAll('checkout is down', 'no reason at all'));
    expect(await runCli(['audit', 'verify', '--file', file])).toMatchObject({ code: 1 });
  });
});
