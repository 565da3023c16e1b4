import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { cut, FakeApi } from './fake-api.ts';
import { runCli } from './run-cli.ts';
import { id, settled } from './samples.ts';

jest.setTimeout(60_000);

let api: FakeApi;
let folder: string;
beforeEach(async () => {
  api = await FakeApi.start();
  folder = await temporaryFolder();
});
afterEach(() => api.stop());

const run = (...args: string[]) => runCli([...args, '--api-url', api.url]);
const settledAlready = {
  status: 409,
  body: { code: 'already_settled', message: 'This request has already been settled.', errors: [] },
};

describe('cancel', () => {
  test('takes a request back with its reason', async () => {
    api.on(`POST /requests/${id}/cancel`, { status: 200, body: {} });
    expect(await run('cancel', id, '--reason', 'no longer needed')).toMatchObject({ code: 0, err: '' });
    expect(api.received[0]?.body).toEqual({ reason: 'no longer needed' });
  });

  test('R5 a cancellation whose reply was lost is one that happened', async () => {
    api
      .on(`POST /requests/${id}/cancel`, cut, settledAlready)
      .on(`GET /requests/${id}`, { status: 200, body: settled('cancelled') });
    expect((await run('cancel', id, '--reason', 'x')).code).toBe(0);
  });

  test('R20 what was decided meanwhile cannot be taken back', async () => {
    api
      .on(`POST /requests/${id}/cancel`, settledAlready)
      .on(`GET /requests/${id}`, { status: 200, body: settled('approved') });
    const ran = await run('cancel', id, '--reason', 'x');
    expect(ran.code).toBe(4);
    expect(ran.err).toContain('already been settled');
  });

  test('needs a reason', async () => {
    expect((await run('cancel', id)).code).toBe(64);
  });
});

describe('policy', () => {
  test('publish sends the file and says what is in force, and where', async () => {
    await writeFile(join(folder, 'policy.yaml'), 'directory: {}\n');
    api.on('PUT /policy', { status: 200, body: { version: 'v'.repeat(64), people: 3, gates: 1, changed: true } });
    const ran = await run('policy', 'publish', join(folder, 'policy.yaml'));
    expect(ran.code).toBe(0);
    expect(ran.out).toContain(`The policy is in force in the API at ${api.url}`);
    expect(ran.out).toMatch(/people +3 people/);
    expect(api.received[0]?.body).toEqual({ text: 'directory: {}\n', filename: 'policy.yaml' });
  });

  test("publish says where the file's mistakes are, as file, line and column", async () => {
    const file = join(folder, 'policy.yaml');
    await writeFile(file, 'x: 1\n');
    const errors = [{ path: 'x', message: 'is unknown', line: 1, column: 1, suggestion: 'sources' }];
    api.on('PUT /policy', { status: 400, body: { code: 'invalid', message: 'The policy has a mistake.', errors } });
    const [ran, asJson] = await Promise.all([run('policy', 'publish', file), run('policy', 'publish', file, '--json')]);
    expect(ran).toMatchObject({ code: 4, out: '' });
    expect(ran.err).toContain(`${file}:1:1: x: is unknown; did you mean 'sources'?`);
    expect(asJson.code).toBe(4);
    expect(JSON.parse(asJson.out)).toEqual({ code: 'invalid', message: 'The policy has a mistake.', errors });
  });

  test('check needs no network, and names file, line and column', async () => {
    const file = join(folder, 'policy.yaml');
    await writeFile(file, 'directory:\n  people: 7\n');
    const shipped = join(import.meta.dirname ?? __dirname, '..', '..', 'policy', 'demo.yaml');
    const [wrong, asJson, right] = await Promise.all([
      runCli(['policy', 'check', file]),
      runCli(['policy', 'check', file, '--json']),
      runCli(['policy', 'check', shipped]),
    ]);
    expect([wrong.code, asJson.code]).toEqual([1, 1]);
    expect(wrong.err).toContain(`${file}:2:11: directory.people: must be a mapping`);
    expect(JSON.parse(asJson.out)).toMatchObject({
      ok: false,
      mistakes: expect.arrayContaining([expect.objectContaining({ line: 2, column: 11, path: 'directory.people' })]),
    });
    expect(right).toMatchObject({ code: 0, err: '' });
  });

  test("check warns of what keeps no policy from being read: the seed's own rules, without a directory", async () => {
    const file = join(folder, 'policy.yaml');
    await writeFile(file, 'checkpoints:\n  a: { trigger: t, approver: nobody, timeout: 24_hours }\n');
    const [ran, asJson] = await Promise.all([
      runCli(['policy', 'check', file]),
      runCli(['policy', 'check', file, '--json']),
    ]);
    expect([ran.code, asJson.code]).toEqual([0, 0]);
    expect(ran.out).toContain('This policy can be read, but not be published before it has a directory');
    expect(ran.out).toContain('1 checkpoint');
    expect(ran.err).toContain(`warning: ${file}:2:30: checkpoints.a.approver: nobody is 'nobody' yet`);
    expect(JSON.parse(asJson.out)).toMatchObject({
      ok: true,
      warnings: expect.arrayContaining([expect.objectContaining({ line: 2, column: 30 })]),
    });
  });
});

describe('links', () => {
  test('rotate and revoke say which epoch there is now', async () => {
    api.on('POST /link-keys', { status: 200, body: { epoch: 3, revoked: [1] } });
    const runs = await Promise.all([run('links', 'rotate'), run('links', 'revoke', '1')]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect(runs[0]?.out).toContain('The epoch is 3');
    const bodies = api.received.map(({ body }) => body);
    expect(bodies).toContainEqual({ action: 'rotate' });
    expect(bodies).toContainEqual({ action: 'revoke', epoch: 1 });
  });

  test('R5 reissue mails new links; where its reply is lost it is asked again under the same command: no second mail', async () => {
    api.on(`POST /requests/${id}/links`, cut, { status: 200, body: {} });
    expect((await run('links', 'reissue', id, '--person', 'bob', '--reason', 'lost it')).code).toBe(0);
    const [first, again] = api.received.map(({ body }) => body);
    expect(first).toEqual({ person: 'bob', reason: 'lost it', commandId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(again).toEqual(first);
    expect((await run('links', 'reissue', id)).code).toBe(0);
    expect(api.received[2]?.body).not.toMatchObject({ commandId: (first as { commandId: string }).commandId });
  });

  test('rotate is not repeated where its reply is lost: that would be one key more', async () => {
    api.on('POST /link-keys', cut);
    expect((await run('links', 'rotate')).code).toBe(3);
    expect(api.received).toHaveLength(1);
  });

  test('an epoch that is none is wrong use', async () => {
    expect((await run('links', 'revoke', '0')).code).toBe(64);
  });
});
