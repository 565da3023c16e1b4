import { FakeApi } from './fake-api.ts';
import { runCli } from './run-cli.ts';
import { answer, ask, opened } from './samples.ts';

jest.setTimeout(60_000);

let api: FakeApi;
beforeEach(async () => {
  api = await FakeApi.start();
});
afterEach(() => api.stop());

const args = () => [
  ...['request', '--title', ask.title, '--environment', 'production', '--payload', '{}', '--wait', '--json'],
  ...['--api-url', api.url],
];
const settled = (outcome: string) => ({ status: 200, body: { ...opened, status: 'settled', answer: answer(outcome) } });

test.each([
  ['approved', 0],
  ['rejected', 1],
  ['expired', 2],
])(
  'invariant 9: a reader that is gone before the answer does not make %s anything else: exit code %i',
  async (outcome, code) => {
    api.on('POST /requests', settled(outcome));
    expect(await runCli(args(), { line: '"$@" | true' })).toMatchObject({ code, err: '' });
    expect(await runCli(args(), { line: '"$@" 2> >(true) 1>&2' })).toMatchObject({ code, err: '' });
  },
);

test('R35 a record that does not hold is told by the exit code, however little of the finding is read', async () => {
  const entries = Array.from({ length: 4_000 }, () => ({}));
  const input = JSON.stringify({ id: opened.id, entries });
  const ran = await runCli(['audit', 'verify', '--file', '-'], { input, line: '"$@" | head -1' });
  expect(ran).toMatchObject({ code: 1, err: '', out: expect.stringMatching(/^Not verified/) });
});

test('a mistake on the command line is one, though nobody reads what is said of it', async () => {
  expect(await runCli(['request', '--wrong'], { line: '"$@" 2> >(true)' })).toMatchObject({ code: 64 });
});
