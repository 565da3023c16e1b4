import { FakeApi } from './fake-api.ts';
import { runCli } from './run-cli.ts';
import { id, opened } from './samples.ts';

jest.setTimeout(60_000);

let api: FakeApi;
beforeEach(async () => {
  api = await FakeApi.start();
});
afterEach(() => api.stop());

const run = (...args: string[]) => runCli(['window', ...args, '--api-url', api.url]);

const window = {
  ...opened,
  claim: { title: 'Maintenance window: Move the database' },
  window: {
    from: '2026-11-21T22:00:00.000Z',
    to: '2026-11-21T23:00:00.000Z',
    environments: ['production'],
    sources: ['events:deploys.*@*'],
    stakeholders: ['ops@example.com', 'head@example.com'],
    state: 'asked',
    through: 0,
  },
};
const flags = [
  ...['--title', 'Move the database', '--reason', 'The old one is full.'],
  ...['--from', '2026-11-21T22:00:00Z', '--to', '2026-11-21T23:00:00Z'],
  ...['--environment', 'production', '--environment', 'staging*', '--source', 'events:deploys.*@*'],
];

describe('window schedule', () => {
  test('asks for it with a key of its own, and says who is asked and who will be told', async () => {
    api.on('POST /maintenance-windows', { status: 201, body: window });
    const ran = await run('schedule', ...flags, '--stakeholder', 'head@example.com');
    expect(ran).toMatchObject({ code: 0, err: '' });
    for (const part of [id, 'asks Bob, Carol', 'ops@example.com, head@example.com', 'Sat 21 November 2026, 22:00 UTC'])
      expect(ran.out.replaceAll('Nov ', 'November ')).toContain(part);
    expect(api.received[0]?.body).toEqual({
      requestId: expect.stringMatching(/^cli-/),
      title: 'Move the database',
      reason: 'The old one is full.',
      from: '2026-11-21T22:00:00Z',
      to: '2026-11-21T23:00:00Z',
      environments: ['production', 'staging*'],
      sources: ['events:deploys.*@*'],
      stakeholders: ['head@example.com'],
    });
  });

  test('says everything that is wrong with it', async () => {
    const errors = [
      { path: 'from', message: 'must be in the future' },
      { path: 'environments.0', message: 'is none that the policy lets a window be for: staging' },
    ];
    api.on('POST /maintenance-windows', { status: 400, body: { code: 'invalid', message: 'Not valid.', errors } });
    const ran = await run('schedule', ...flags);
    expect(ran.code).toBe(4);
    expect(ran.err).toContain('from: must be in the future');
    expect(ran.err).toContain('environments.0: is none that the policy lets a window be for: staging');
  });

  test('unreadable or reversed times are told at once, and nobody is asked', async () => {
    const times = (from: string, to: string) => [...flags, '--from', from, '--to', to];
    const unreadable = await run('schedule', ...times('tonight', '2026-11-21T23:00:00Z'));
    expect(unreadable).toMatchObject({ code: 64, err: expect.stringContaining('from: must be a UTC time') });
    const reversed = await run('schedule', ...times('2026-11-21T23:00:00Z', '2026-11-21T22:00:00Z'));
    expect(reversed).toMatchObject({ code: 64, err: expect.stringContaining('to: must be after') });
    expect(api.received).toEqual([]);
  });

  test('needs to know what for', async () => {
    expect(await run('schedule', '--title', 'x')).toMatchObject({ code: 64, out: '' });
  });
});

test('window list shows each with where it stands', async () => {
  const open = {
    ...window,
    status: 'settled',
    outcome: 'approved',
    window: { ...window.window, state: 'in_force', through: 3 },
  };
  api.on(
    'GET /maintenance-windows',
    { status: 200, body: { windows: [window, open] } },
    { status: 200, body: { windows: [] } },
  );
  const ran = await run('list');
  const [, first, second] = ran.out.trim().split('\n');
  expect(first).toMatch(new RegExp(`${id}.*production +pending +0 +Maintenance window`));
  expect(second).toMatch(/open +3/);
  expect((await run('list')).out).toBe('There are no maintenance windows.\n');
});

describe('window cancel', () => {
  test('takes it back, or ends it, and says which', async () => {
    const over = { ...window.window, state: 'over' };
    api.on(
      `POST /maintenance-windows/${id}/cancel`,
      { status: 200, body: { ...window, window: over } },
      { status: 200, body: { ...window, window: { ...over, ended: { at: '2026-11-21T22:30:00.000Z' } } } },
    );
    expect((await run('cancel', id, '--reason', 'late')).out).toContain('will not take place');
    expect((await run('cancel', id, '--reason', 'done')).out).toContain('is over');
    expect(api.received.map(({ body }) => body)).toEqual([{ reason: 'late' }, { reason: 'done' }]);
  });

  test('needs a reason', async () => {
    expect((await run('cancel', id)).code).toBe(64);
  });
});
