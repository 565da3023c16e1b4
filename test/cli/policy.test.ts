import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { aLog } from '../unit/core/a-log.ts';
import { FakeApi } from './fake-api.ts';
import { runCli, startCli } from './run-cli.ts';
import { id, pending, settled } from './samples.ts';

jest.setTimeout(60_000);

const root = join(import.meta.dirname ?? __dirname, '..', '..');
const demo = join(root, 'policy', 'demo.yaml');
const shipped = join(root, 'policy', 'default.yaml');
const [to, from] = ['b'.repeat(64), 'a'.repeat(64)];
const changes = [
  { path: '/directory/people/erin', before: { name: 'Erin\u202e', email: 'erin@example.com' } },
  { path: '/environments/staging/gates/low/stages/review/timeout', before: 28800, after: 32400 },
  { path: '/sources/iam:*', after: {} },
];
const awaiting = {
  status: 202,
  body: {
    ...{ status: 'awaiting_approval', id, requestId: `policy:${to}:${from}`, version: to, previous: from, changes },
    approvers: ['Bob Baker <bob@example.com>'],
    stages: [{ name: 'policy_change', rule: 'one approver', needed: 1, timeout: 60, approvers: [] }],
  },
};
const inForce = (version: string) => ({
  status: 200,
  body: { version, publishedAt: '2026-11-21T10:00:00.000Z', publishedBy: `request ${id}, approved by bob@example.com` },
});

let api: FakeApi;
let folder: string;
let file: string;
beforeEach(async () => {
  api = await FakeApi.start();
  folder = await temporaryFolder();
  file = join(folder, 'policy.yaml');
  await writeFile(file, 'directory: {}\n');
});
afterEach(() => api.stop());
const run = (...args: string[]) => runCli([...args, '--api-url', api.url]);

describe('policy publish through a gate', () => {
  test('says that nothing has changed, what would, whom it waits for and where to look', async () => {
    api.on('PUT /policy', awaiting);
    const [ran, asJson] = await Promise.all([run('policy', 'publish', file), run('policy', 'publish', file, '--json')]);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('Nothing has changed yet');
    expect(ran.out).toContain('Bob Baker <bob@example.com>');
    expect(ran.out).toContain(`countersign show ${id}`);
    expect(ran.out).toContain('- directory.people.erin: {"email":"erin@example.com","name":"Erin⟦U+202E⟧"}');
    expect(ran.out).toContain('~ environments.staging.gates.low.stages.review.timeout: 28800 → 32400');
    expect(ran.out).toContain('+ sources.iam:*: {}');
    expect(JSON.parse(asJson.out)).toEqual(awaiting.body);
  });

  test('sends who wrote it, and says what to beware of before all else', async () => {
    const warnings = ['It takes `policy_change` away: beware.'];
    api.on('PUT /policy', { status: 202, body: { ...awaiting.body, warnings } });
    const ran = await run('policy', 'publish', file, '--author', 'alice@example.com', '--author', 'bob@example.com');
    expect(ran).toMatchObject({ code: 0, err: `warning: ${warnings[0]}\n` });
    expect(api.received[0]?.body).toMatchObject({ authors: ['alice@example.com', 'bob@example.com'] });
  });

  test('--wait ends with 0 once it is in force', async () => {
    api
      .on('PUT /policy', awaiting)
      .on(`GET /requests/${id}`, { status: 200, body: pending }, { status: 200, body: settled('approved') })
      .on('GET /policy', inForce(from), inForce(to));
    const ran = await run('policy', 'publish', file, '--wait');
    expect(ran.code).toBe(0);
    expect(ran.err).toContain(`It waits for Bob Baker <bob@example.com>: request ${id}.`);
    expect(ran.out).toContain('The policy is in force');
  });

  test.each([
    ['rejected', 1],
    ['expired', 2],
    ['cancelled', 2],
  ])('--wait, %s, ends with %i', async (outcome, code) => {
    api.on('PUT /policy', awaiting).on(`GET /requests/${id}`, { status: 200, body: settled(outcome) });
    const ran = await run('policy', 'publish', file, '--wait', '--json');
    expect(ran.code).toBe(code);
    expect(JSON.parse(ran.out)).toMatchObject({ status: outcome, version: to, id, answer: { outcome } });
  });

  test('--wait, approved and overtaken by another policy, ends with 2 and says to publish again', async () => {
    api
      .on('PUT /policy', awaiting)
      .on(`GET /requests/${id}`, { status: 200, body: settled('approved') })
      .on('GET /policy', inForce('c'.repeat(64)));
    const ran = await run('policy', 'publish', file, '--wait');
    expect(ran).toMatchObject({ code: 2, out: expect.not.stringContaining('is in force') });
    expect(ran.err).toContain('publish again');
  });

  test('Ctrl-C while waiting says that it takes effect all the same', async () => {
    api.on('PUT /policy', awaiting).on(`GET /requests/${id}`, { status: 200, body: pending });
    const running = startCli(['policy', 'publish', file, '--wait', '--api-url', api.url]);
    await api.nextRequest();
    await api.nextRequest();
    running.signal('SIGINT');
    const ran = await running.done;
    expect(ran.code).toBe(130);
    expect(ran.err).toContain(`It takes effect once it is approved: countersign show ${id}`);
  });

  test('--timeout needs --wait', async () => {
    expect((await run('policy', 'publish', file, '--timeout', '5m')).code).toBe(64);
    expect(api.received).toEqual([]);
  });
});

describe('policy explain', () => {
  const explain = (...args: string[]) => runCli(['policy', 'explain', ...args]);

  test('says what applies and why, what does not and what kept it from it, and who would be asked', async () => {
    const ran = await explain(shipped, '--environment', 'production', '--risk', 'low', '--fact', 'lines_changed=100');
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(/^expert review: /);
    expect(ran.out).toMatch(/stage +rule +for +who +address/);
    const [applies = '', others = ''] = ran.out.split('Rules that do not');
    expect(applies).toMatch(/approval_workflows +no rule for an approval workflow applies, so an expert decides/);
    expect(others).toMatch(/approval_workflows.peer_review +'no_breaking_changes' does not hold/);
    expect(others).toContain('code_changes_under_200_lines holds');
    expect(others).toContain('not stated: breaking_change');
  });

  test('remarks on a fact that no rule looks at', async () => {
    const facts = [
      '--fact',
      'lines_chnaged=100',
      '--fact',
      'breaking_change=true',
      '--fact',
      'architecture_review=true',
    ];
    const ran = await explain(shipped, '--environment', 'production', ...facts);
    expect(ran.code).toBe(0);
    expect(ran.err).toContain("looks at the fact 'lines_chnaged'; did you mean 'lines_changed'?");
    expect(ran.err).not.toContain("'breaking_change'");
  });

  test('R40 remarks on an override that nobody is left to review', async () => {
    const urgent = ['--environment', 'production', '--override', 'down', '--fact', 'critical_bug=true'];
    // ada and barbara are the technical leads, who review.
    const nobody = 'Nobody could review this override afterwards if Barbara Example approved it';
    const [hers, his] = await Promise.all(['ada', 'linus'].map((as) => explain(shipped, ...urgent, '--as', as)));
    expect(hers).toMatchObject({ code: 0, err: expect.stringContaining(nobody) });
    expect(his).toMatchObject({ code: 0, err: '' });
    const { words } = JSON.parse((await explain(shipped, ...urgent, '--as', 'ada', '--json')).out);
    expect(words.at(-1)).toContain(nobody);
  });

  test('takes a request from a file or standard input; four eyes leave its requester out', async () => {
    const request = {
      title: 'Deploy',
      requestedBy: 'bob@example.com',
      environment: 'production',
      risk: 'medium',
      payload: {},
    };
    const both = await runCli(['policy', 'explain', demo, '--request', '-', '--json'], {
      input: JSON.stringify(request),
    });
    expect(JSON.parse(both.out).stages).toMatchObject([{ approvers: [{ person: 'carol' }] }]);
    const asCarol = await runCli(['policy', 'explain', demo, '--request', '-', '--as', 'carol.clark@example.com'], {
      input: JSON.stringify(request),
    });
    expect(asCarol).toMatchObject({ code: 0, out: expect.stringContaining('refused (gate_unreachable)') });
  });

  test('says where the source may not ask for that', async () => {
    const ran = await explain(demo, '--environment', 'production', '--source', 'events:shop@111122223333');
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('refused (source_not_registered)') });
  });

  test('explains by the day it is given: whoever is away then is covered for', async () => {
    const text = await readFile(demo, 'utf8');
    const away = text.replace(
      'bob: { name: Bob Baker, email: bob@example.com,',
      'bob: { name: Bob Baker, email: bob@example.com, out_of_office: [{ from: 2026-12-01, to: 2026-12-10, cover: dan }],',
    );
    await writeFile(file, away);
    const at = (day: string) => explain(file, '--environment', 'staging', '--at', day, '--json');
    const [before, during] = await Promise.all([at('2026-11-20'), at('2026-12-05T12:00:00Z')]);
    expect(JSON.parse(before.out).stages[0].approvers).toMatchObject([{ person: 'bob' }]);
    expect(JSON.parse(during.out).stages[0].approvers).toMatchObject([{ person: 'dan', coversFor: ['bob'] }]);
  });

  test('what is wrong is said before anything is explained', async () => {
    const cases: [string[], number, string][] = [
      [[demo], 64, 'Say where it would be done'],
      [[demo, '--environment', 'production', '--as', 'bbo'], 64, "did you mean 'bob'?"],
      [[demo, '--environment', 'production', '--at', 'soon'], 64, '--at is no time'],
      [[demo, '--environment', 'no such thing'], 64, 'environment: must be a name'],
      [[demo, '--environment', 'production', '--request', join(folder, 'none.json')], 64, 'there is no such file'],
      [[folder, '--environment', 'production'], 64, 'it is a folder'],
      [[file, '--environment', 'production'], 1, `${file}:1:`],
    ];
    await writeFile(file, 'directory: 7\n');
    await Promise.all(
      cases.map(async ([args, code, words]) => {
        const ran = await explain(...args);
        expect(ran).toMatchObject({ code, out: '' });
        expect(ran.err).toContain(words);
      }),
    );
  });
});

describe('W5 policy replay', () => {
  const log = aLog();
  const exported = { id: log[0]?.id ?? '', entries: log };
  const replay = (...args: string[]) => runCli(['policy', 'replay', ...args]);
  let jsonl: string;
  beforeEach(async () => {
    jsonl = join(folder, 'export.jsonl');
    await writeFile(jsonl, `${JSON.stringify(exported)}\n`);
  });

  test('tells what a policy would have decided differently: counts, then each request', async () => {
    const ran = await replay(demo, '--from', jsonl);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(/^1 past request: 0 as before, 1 differently\./);
    expect(ran.out).toMatch(/opened +request +title +difference/);
    const asJson = JSON.parse((await replay(demo, '--from', jsonl, '--json')).out);
    expect(asJson).toMatchObject({ requests: 1, different: [{ id: exported.id }] });
  });

  test('asks the API where no export is named, page after page', async () => {
    const since = '2026-11-01T00:00:00.000Z';
    const path = `GET /audit?since=${encodeURIComponent(since)}`;
    api
      .on(path, { status: 200, body: { logs: [exported], next: 'x y' } })
      .on(`${path}&after=x%20y`, { status: 200, body: { logs: [exported] } });
    const ran = await run('policy', 'replay', demo, '--since', '2026-11-01', '--json');
    expect(JSON.parse(ran.out)).toMatchObject({ requests: 1 });
    const asExport = await run('audit', 'export', '--since', '2026-11-01');
    expect(
      asExport.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([exported]);
  });

  test('--fail-on-weaker ends with 1 where a gate would have been weaker, and with 0 where it would not', async () => {
    const text = await readFile(demo, 'utf8');
    const opened = log[0];
    if (opened?.type !== 'opened') throw new Error('no opening');
    const source = text.replace('"states:countersign-approval":', `"${opened.source}":`);
    const stages = (of: string) => source.replace(/(^ {6}medium:\n {8}stages:\n).*$/m, `$1          - ${of}`);
    const [weak, strong] = [join(folder, 'weak.yaml'), join(folder, 'strong.yaml')];
    await writeFile(weak, stages('{ name: review, approvers: [dan], rule: any, timeout: 24_hours }'));
    await writeFile(strong, stages('{ name: review, approvers: [leads], rule: all, timeout: 24_hours }'));
    const [one, two] = await Promise.all(
      [weak, strong].map((policy) => replay(policy, '--from', jsonl, '--fail-on-weaker', '--json')),
    );
    expect([JSON.parse(one?.out ?? '').weaker, one?.code]).toEqual([1, 1]);
    expect([JSON.parse(two?.out ?? '').weaker, two?.code]).toEqual([0, 0]);
    const inWords = await replay(weak, '--from', jsonl);
    expect(inWords.out).toMatch(/ weaker: stage 'review' changed: .*Dan Dyer would be enough/);
    expect(inWords.out).toContain('\n1 would have met a weaker gate than they did.');
  });

  test('--fail-on-weaker ends with 1, too, where it cannot be worked out, which is said', async () => {
    const text = await readFile(demo, 'utf8');
    const opened = log[0];
    if (opened?.type !== 'opened') throw new Error('no opening');
    const spread = join(folder, 'spread.yaml');
    const stage =
      '{ name: review, approvers: [bob, carol], rule: { quorum: 2 }, timeout: 24_hours, assign: least_loaded, delegate_to: [] }';
    await writeFile(
      spread,
      text
        .replace('"states:countersign-approval":', `"${opened.source}":`)
        .replace(/(^ {6}medium:\n {8}stages:\n).*$/m, `$1          - ${stage}`),
    );
    const ran = await replay(spread, '--from', jsonl, '--fail-on-weaker');
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/ may be weaker: stage 'review' changed: .*; whom load would pick cannot be told/);
    expect(ran.out).toContain('\n1 would have met a weaker gate than they did, or may have.');
  });

  test('--fail-on-weaker is not met by nothing to try it on, unless that is said', async () => {
    await writeFile(jsonl, '');
    const ran = await replay(demo, '--from', jsonl, '--fail-on-weaker');
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('nothing was tried out') });
    expect((await replay(demo, '--from', jsonl, '--fail-on-weaker', '--allow-none')).code).toBe(0);
    expect((await replay(demo, '--from', jsonl)).code).toBe(0);
  });

  test('what is no export is wrong use, by its line', async () => {
    await writeFile(jsonl, `${JSON.stringify(exported)}\n{"id": 7}\n`);
    expect(await replay(demo, '--from', jsonl)).toMatchObject({ code: 64, err: expect.stringContaining(`${jsonl}:2`) });
    await writeFile(jsonl, JSON.stringify({ ...exported, entries: [{ seq: 1 }] }));
    expect(await replay(demo, '--from', jsonl)).toMatchObject({ code: 64, err: expect.stringContaining('Entry 1') });
    expect((await replay(demo, '--from', jsonl, '--since', 'x')).code).toBe(64);
  });
});
