import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { cut, FakeApi, hang } from './fake-api.ts';
import { runCli, startCli } from './run-cli.ts';
import { answer, ask, id, opened, pending, settled } from './samples.ts';

jest.setTimeout(60_000);

let api: FakeApi;
beforeEach(async () => {
  api = await FakeApi.start();
});
afterEach(() => api.stop());

const flags = ['--title', ask.title, '--environment', 'production', '--payload', JSON.stringify(ask.payload)];
const request = (...more: string[]) => runCli(['request', ...flags, '--api-url', api.url, ...more]);

/** The API under a path of its own, so that several can be asked at once. */
const requestAt = (path: string, ...more: string[]) =>
  runCli(['request', ...flags, '--api-url', `${api.url}/${path}`, ...more]);

describe('asking', () => {
  test('W10 says how long it usually takes, where the API knows', async () => {
    const expectedWait = { median: 1_500, ninetieth: 100_000, of: 12 };
    api.on('POST /requests', { status: 201, body: { ...opened, expectedWait } }, { status: 201, body: opened });
    expect((await request()).out).toMatch(/usually decided +within 25 minutes, nine in ten within 28 hours/);
    expect((await request()).out).not.toContain('usually');
  });

  test('sends what the options say, signed for the API, and says what was opened', async () => {
    api.on('POST /requests', { status: 201, body: opened });
    const ran = await request(
      ...[
        '--risk',
        'high',
        '--requested-by',
        'alice@example.com',
        '--author',
        'dan@example.com',
        '--author',
        'eve@example.com',
      ],
      ...['--fact', 'lines=120', '--fact', 'breaking=false', '--fact', 'version=2.10', '--fact', 'note=a=b'],
      ...['--evidence', 'Scan=https://example.com/?a=b', '--editable', '/replicas', '--request-id', 'deploy-42'],
      ...['--revises', 'deploy-41', '--priority', 'low', '--description', 'More.'],
    );
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toContain(id);
    expect(ran.out).toContain('asks Bob, Carol');
    expect(api.received).toHaveLength(1);
    expect(api.received[0]).toMatchObject({ method: 'POST', path: '/requests' });
    expect(api.received[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDTEST\/\d{8}\/eu-west-1\/execute-api\/aws4_request, /,
    );
    expect(api.received[0]?.body).toEqual({
      ...ask,
      description: 'More.',
      risk: 'high',
      priority: 'low',
      requestedBy: 'alice@example.com',
      authors: ['dan@example.com', 'eve@example.com'],
      facts: { lines: 120, breaking: false, version: '2.10', note: 'a=b' },
      evidence: [{ label: 'Scan', url: 'https://example.com/?a=b' }],
      editable: ['/replicas'],
      revises: 'deploy-41',
    });
  });

  test('reads the request from a file or standard input, and the payload from a file; options win', async () => {
    api.on('POST /requests', { status: 201, body: opened });
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'ask.json'), JSON.stringify(ask));
    await writeFile(join(folder, 'payload.json'), '{"version":"3"}');
    const runs = await Promise.all([
      runCli(['request', join(folder, 'ask.json'), '--title', 'Another', '--api-url', api.url]),
      runCli(['request', '-', '--payload', `@${join(folder, 'payload.json')}`, '--api-url', api.url], {
        input: JSON.stringify({ ...ask, requestId: 'from-stdin' }),
      }),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    const bodies = api.received.map(({ body }) => body);
    expect(bodies).toContainEqual({ ...ask, title: 'Another' });
    expect(bodies).toContainEqual({ ...ask, requestId: 'from-stdin', payload: { version: '3' } });
  });

  test('R24 a reply that is lost is asked for again under the same key, made up where none was given', async () => {
    api.on('POST /requests', cut, { status: 503, body: 'upstream' }, { status: 200, body: opened });
    const ran = await request();
    expect(ran.code).toBe(0);
    const keys = api.received.map(({ body }) => (body as { requestId: string }).requestId);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^cli-[0-9a-f-]{36}$/);
    expect(ran.out).toContain('joined');
  });

  test('--json prints the reply exactly, even where it holds what a terminal would obey', async () => {
    const odd = { ...opened, note: 'a\u001b[31m\u202eb\u2028\u0085😀é' };
    api.on('POST /requests', { status: 201, body: odd });
    const ran = await request('--json');
    expect(JSON.parse(ran.out)).toEqual(odd);
    for (const obeyed of ['\u001b', '\u202e', '\u2028', '\u0085']) expect(ran.out).not.toContain(obeyed);
  });
});

describe('waiting', () => {
  test('the exit code tells the outcome, and the answer is printed exactly', async () => {
    const codes = {
      ...{ approved: 0, auto_approved: 0, bypassed: 0 },
      ...{ rejected: 1, changes_requested: 1 },
      ...{ expired: 2, cancelled: 2 },
    };
    const ran = await Promise.all(
      Object.keys(codes).map(async (outcome) => {
        api.on(`POST /${outcome}/requests`, {
          status: 200,
          body: { ...opened, status: 'settled', answer: answer(outcome) },
        });
        const { code, out, err } = await requestAt(outcome, '--wait', '--json');
        expect({ err, out: JSON.parse(out) }).toEqual({ err: '', out: answer(outcome) });
        return [outcome, code];
      }),
    );
    expect(Object.fromEntries(ran)).toEqual(codes);
  });

  test('R9 the answer keeps its payload to the letter: order of keys, and keys that JavaScript treats as special', async () => {
    const payload = '{"z":1,"a":{"__proto__":{"admin":true}},"constructor":"x"}';
    const given = JSON.stringify({ ...answer('approved'), payload: 'PAYLOAD' }).replace('"PAYLOAD"', payload);
    api.on('POST /requests', {
      status: 200,
      body: JSON.stringify({ ...opened, status: 'settled', answer: 'ANSWER' }).replace('"ANSWER"', given),
    });
    const ran = await request('--wait', '--json');
    expect(JSON.stringify(JSON.parse(ran.out))).toBe(given);
  });

  test('looks until it is settled, past faults on the way', async () => {
    api
      .on('POST /requests', { status: 201, body: opened })
      .on(`GET /requests/${id}`, { status: 200, body: pending }, cut, { status: 200, body: settled('rejected') });
    const ran = await request('--wait');
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/^Rejected\n/);
    expect(ran.out).toContain('bob@example.com');
    expect(ran.err).toContain(`Opened request ${id}`);
    expect(ran.err).toContain('Waiting for Carol');
    expect(ran.out + ran.err).not.toContain('\u001b');
  });

  test('gives up when its time is over, says that the request stays open, and does not call that an approval', async () => {
    api.on('POST /requests', { status: 201, body: opened }).on(`GET /requests/${id}`, { status: 200, body: pending });
    const ran = await request('--wait', '--timeout', '1s', '--json');
    expect(ran).toMatchObject({ code: 3, out: '' });
    expect(ran.err).toContain('stays open');
  });

  test('Ctrl-C while waiting says that the request stays open', async () => {
    api.on('POST /requests', { status: 201, body: opened }).on(`GET /requests/${id}`, hang);
    const running = startCli(['request', ...flags, '--api-url', api.url, '--wait']);
    await api.nextRequest();
    await api.nextRequest();
    running.signal('SIGINT');
    const ran = await running.done;
    expect(ran.code).toBe(130);
    expect(ran.err).toContain(`The request stays open: countersign show ${id}`);
  });

  test('SIGTERM before it is known whether the request was opened says how to find out', async () => {
    api.on('POST /requests', hang);
    const running = startCli(['request', ...flags, '--api-url', api.url, '--request-id', "it's mine"]);
    await api.nextRequest();
    running.signal('SIGTERM');
    const ran = await running.done;
    expect(ran.code).toBe(143);
    expect(ran.err).toContain(`--request-id 'it'\\''s mine'`);
  });
});

describe('what goes wrong', () => {
  test('a refusal is exit code 4, with every field and reason, and nothing on standard output', async () => {
    const errors = [
      { path: 'risk', message: 'must be low, medium, high or critical' },
      { path: 'title', message: 'hides \u202e something' },
    ];
    api.on('POST /requests', { status: 400, body: { code: 'invalid', message: 'The request is not valid.', errors } });
    const ran = await request('--wait', '--json');
    expect(ran).toMatchObject({ code: 4, out: '' });
    expect(ran.err).toBe(
      'countersign: The request is not valid.\n  risk: must be low, medium, high or critical\n  title: hides ⟦U+202E⟧ something\n',
    );
  });

  test('what the API says decides between refused (4) and fault (3), and is not asked for again', async () => {
    const refusal = (code: string) => ({ code, message: `Said ${code}.` });
    const replies: Record<string, { status: number; body: unknown; code: number; said: string }> = {
      no_policy: { status: 503, body: refusal('no_policy'), code: 4, said: 'Said no_policy.' },
      content_differs: { status: 409, body: refusal('content_differs'), code: 4, said: 'Said content_differs.' },
      too_many: { status: 429, body: refusal('too_many'), code: 4, said: 'Said too_many.' },
      iam: { status: 403, body: { message: 'Forbidden' }, code: 4, said: 'execute-api:Invoke on POST /requests' },
      version: { status: 200, body: { id }, code: 3, said: 'does not understand (requestId, status, stages)' },
      no_json: { status: 200, body: 'hello', code: 3, said: 'not JSON' },
    };
    await Promise.all(
      Object.entries(replies).map(async ([name, { status, body, code, said }]) => {
        api.on(`POST /${name}/requests`, { status, body });
        expect(await requestAt(name)).toEqual({ code, out: '', err: expect.stringContaining(said) });
      }),
    );
    expect(api.received).toHaveLength(Object.keys(replies).length);
  });

  test('R14 a service that stays unavailable is tried again, then a fault', async () => {
    api.on('POST /requests', {
      status: 503,
      body: { code: 'unavailable', message: 'Nothing has changed; try again.' },
    });
    const ran = await request('--wait');
    expect(ran).toMatchObject({ code: 3, out: '' });
    expect(ran.err).toContain('Nothing has changed');
    expect(api.received).toHaveLength(4);
  });

  test('an API that is not there is a fault that says so', async () => {
    const { url } = api;
    await api.stop();
    const ran = await runCli(['request', ...flags, '--api-url', url]);
    expect(ran).toMatchObject({ code: 3, out: '' });
    expect(ran.err).toMatch(/cannot be reached: .*ECONNREFUSED/);
    api = await FakeApi.start();
  });

  test('credentials that are missing are asked for', async () => {
    const ran = await runCli(['request', ...flags, '--api-url', api.url], {
      env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
    });
    expect(ran.code).toBe(3);
    expect(ran.err).toContain('no AWS credentials');
  });
});

describe('wrong use is exit code 64, and nothing is sent', () => {
  test('says what is wrong with the command line', async () => {
    const wrong: [string[], string][] = [
      [[], 'lacks title, environment, payload'],
      [['--colour'], 'unknown option'],
      [[...flags, '--risk', 'huge'], 'low, medium, high, critical'],
      [[...flags, '--payload', '{'], '--payload is not JSON'],
      [[...flags, '--payload', '{"a":{"b":1,"b":2}}'], "--payload is not clear: 'a.b' stands there twice"],
      [['/nowhere/ask.json'], 'cannot be read'],
      [[...flags, '--fact', 'lines'], 'name=value'],
      [[...flags, '--timeout', '5m'], '--wait'],
      [[...flags, '--wait', '--timeout', 'soon'], '24_hours'],
      [['-'], 'one JSON object'],
    ];
    await Promise.all(
      wrong.map(async ([args, said]) => {
        const ran = await runCli(['request', ...args, '--api-url', api.url], { input: '[]' });
        expect(ran).toEqual({ code: 64, out: '', err: expect.stringContaining(said) });
      }),
    );
    expect(api.received).toHaveLength(0);
  });

  test('a command there is not, none at all, and a state file that is not there', async () => {
    const runs = await Promise.all([
      runCli(['aprove']),
      runCli([]),
      runCli(['show', id, '--state', '/nowhere/state.json']),
      runCli(['--help']),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([64, 64, 64, 0]);
    expect(runs[2]?.err).toContain('npm start');
  });
});
