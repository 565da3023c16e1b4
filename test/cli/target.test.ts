import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { writeCertificate } from '../../local/certificate.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCli } from './run-cli.ts';
import { id, pending } from './samples.ts';

jest.setTimeout(60_000);

let folder: string;
let server: Server;
let received: { url: string; authorization: string }[];

beforeEach(async () => {
  folder = await temporaryFolder();
  const { keyFile, pem } = await writeCertificate(folder);
  received = [];
  server = createServer({ key: await readFile(keyFile), cert: pem }, ({ url = '', headers }, response) => {
    received.push({ url, authorization: headers.authorization ?? '' });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(pending));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function stateFile(outputs: (port: number) => Record<string, string>, caFile?: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const file = join(folder, 'state.json');
  const state = {
    endpoint: `https://127.0.0.1:${port}`,
    region: 'us-east-1',
    caFile,
    outputs: outputs(port),
    mailboxUrl: 'x',
  };
  await writeFile(file, JSON.stringify(state));
  return file;
}

test("a local cloud is reached by its state file alone: its certificate trusted, its API's id in the path", async () => {
  const state = await stateFile(
    (port) => ({ ApiUrl: `https://abcd1234.execute-api.localhost:${port}/` }),
    join(folder, 'ca.pem'),
  );
  const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_REGION: 'eu-west-1' };
  const ran = await runCli(['show', id, '--state', state], { env });
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(received).toEqual([
    {
      url: `/_aws/execute-api/abcd1234/$default/requests/${id}`,
      authorization: expect.stringMatching(/Credential=test\/\d+\/us-east-1\/execute-api\//),
    },
  ]);
});

test('credentials for AWS in the shell do not keep one from the local cloud that is there; with --state they are used', async () => {
  const state = await stateFile((port) => ({ ApiUrl: `https://127.0.0.1:${port}` }), join(folder, 'ca.pem'));
  await mkdir(join(folder, '.local'));
  await writeFile(join(folder, '.local', 'state.json'), await readFile(state));
  expect(await runCli(['show', id], { cwd: folder })).toMatchObject({ code: 0, err: '' });
  expect(await runCli(['show', id, '--state', state])).toMatchObject({ code: 0, err: '' });
  expect(received.map(({ authorization }) => /Credential=(\w+)/.exec(authorization)?.[1])).toEqual([
    'test',
    'AKIDTEST',
  ]);
});

test('a certificate that is not the local cloud’s is not trusted', async () => {
  const { port } = server.address() as AddressInfo;
  const ran = await runCli(['show', id, '--api-url', `https://127.0.0.1:${port}`]);
  expect(ran.code).toBe(3);
  expect(ran.err).toContain('certificate');
  expect(received).toHaveLength(0);
});

test('a state file of something else, or whose cloud is gone, says so', async () => {
  const lacking = await stateFile(() => ({}), join(folder, 'ca.pem'));
  expect(await runCli(['show', id, '--state', lacking])).toMatchObject({
    code: 64,
    err: expect.stringContaining('no output ApiUrl'),
  });
  const gone = await stateFile((port) => ({ ApiUrl: `https://127.0.0.1:${port}` }), join(folder, 'gone.pem'));
  expect(await runCli(['show', id, '--state', gone])).toMatchObject({
    code: 3,
    err: expect.stringMatching(/still running[\s\S]*npm start/),
  });
});

test('doctor names `npm start` where no local cloud answers', async () => {
  const state = await stateFile((port) => ({ ApiUrl: `https://127.0.0.1:${port}` }), join(folder, 'ca.pem'));
  await new Promise((resolve) => server.close(resolve));
  const ran = await runCli(['doctor', '--state', state]);
  expect(ran.code).toBe(1);
  expect(ran.out).toMatch(/FAIL {2}API: .*cannot be reached.*\n.*npm start/);
  const nothing = await runCli(['doctor', '--stack', 'countersign'], { env: { AWS_REGION: '' } });
  expect(nothing).toMatchObject({ code: 64, err: expect.stringMatching(/region is not known[\s\S]*npm start/) });
});
