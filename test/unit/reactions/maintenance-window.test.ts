import { requestIdentity } from '../../../core/canonical.ts';
import { sweep } from '../../../lambdas/reactions/sweep.ts';
import { type Fakes, fakeServices } from '../../support/fakes.ts';
import { answered } from '../../support/overrides.ts';
import { at, call, deploy, logged, react, scheduled, until, wayOf, windowPolicy } from '../../support/windows.ts';

const errors: string[] = [];
beforeEach(() => {
  errors.length = 0;
  jest.spyOn(console, 'error').mockImplementation((...said) => void errors.push(JSON.stringify(said)));
});
afterEach(() => jest.restoreAllMocks());

function published(...policy: Parameters<typeof windowPolicy>): Fakes {
  const fakes = fakeServices();
  fakes.publish(windowPolicy(...policy));
  return fakes;
}

/** A window that erin has approved. */
async function granted(fakes: Fakes): Promise<string> {
  const id = await scheduled(fakes);
  await react(fakes);
  await answered(fakes, id, 'erin', 'approve');
  await react(fakes);
  return id;
}

const validationOf = (id: string) => requestIdentity('countersign:maintenance_validation', `validation:${id}`);
const subjectsTo = (fakes: Fakes, to: string) =>
  fakes.outside.mails.filter((mail) => mail.to === to).map(({ subject }) => subject);
const bypasses = (fakes: Fakes) => fakes.outside.events.filter(({ detailType }) => detailType === 'Bypass Used');

describe('a maintenance window', () => {
  test('is a request of its own: others are asked, its approval takes effect when it begins', async () => {
    const fakes = published();
    const id = await scheduled(fakes);
    expect(logged(fakes, id)).toMatchObject({
      status: 'pending',
      source: 'countersign:maintenance_window',
      claim: { title: 'Maintenance window: Move the database', requestedBy: 'alice@example.com' },
      verified: { via: 'api', person: 'alice' },
      round: {
        gate: { notBefore: at(30), notAfter: at(90), stages: [{ approvers: [{ person: 'dan' }, { person: 'erin' }] }] },
      },
    });
    await react(fakes);
    await answered(fakes, id, 'erin', 'approve');
    expect(logged(fakes, id)).toMatchObject({ status: 'granted', effectAt: at(30) });
    await react(fakes);
    await until(fakes, at(30));
    expect(logged(fakes, id)).toMatchObject({ status: 'settled', outcome: 'approved', settledAt: at(30) });
    expect([...fakes.tables.standing.windows.keys()]).toEqual([id]);
  });

  test('four eyes: whoever asks for it is not asked', async () => {
    const fakes = published();
    const { body } = await call(fakes, 'POST /maintenance-windows', {
      as: 'erin',
      body: { title: 't', reason: 'r', from: at(1), to: at(2), environments: ['production'], sources: ['*'] },
    });
    expect(logged(fakes, String(body.id)).round.gate.stages[0]?.approvers.map(({ person }) => person)).toEqual(['dan']);
  });

  test('lets through what is in its time and scope, each by an event and a number; everything else needs its approval', async () => {
    const fakes = published();
    const id = await granted(fakes);
    await until(fakes, at(29.9));
    expect(wayOf(await deploy(fakes, 'before'))).toBe('pending');
    await until(fakes, at(30));
    expect(wayOf(await deploy(fakes, 'inside'))).toBe('bypassed');
    expect(wayOf(await deploy(fakes, 'elsewhere', { environment: 'staging' }))).toBe('pending');
    expect(wayOf(await deploy(fakes, 'another', { source: 'events:demo.bank@000000000000' }))).toBe('pending');
    await until(fakes, at(89.9));
    expect(wayOf(await deploy(fakes, 'last'))).toBe('bypassed');
    await until(fakes, at(90));
    expect(wayOf(await deploy(fakes, 'after'))).toBe('pending');
    await react(fakes);
    expect(bypasses(fakes).map(({ detail }) => detail)).toMatchObject([
      { requestId: 'inside', kind: 'maintenance_window', window: id },
      { requestId: 'last', kind: 'maintenance_window', window: id },
    ]);
    const counts = fakes.outside.counts.filter(({ name }) => name === 'BypassUsed');
    expect(counts.map(({ dimensions }) => dimensions)).toEqual([
      { kind: 'maintenance_window' },
      { kind: 'maintenance_window' },
    ]);
    expect(fakes.tables.log.get(id)?.map(({ type }) => type)).toEqual([
      ...[
        'opened',
        'decided',
        'window_announced',
        'took_effect',
        'let_through',
        'let_through',
        'window_ended',
        'review_opened',
      ],
    ]);
  });

  test('stakeholders are told before, at its start and at its end', async () => {
    const fakes = published();
    await granted(fakes);
    const told = () => subjectsTo(fakes, 'head@example.com');
    await until(fakes, at(19.9));
    expect(told()).toEqual([]);
    await until(fakes, at(20));
    expect(told()).toEqual(['Maintenance ahead: Move the database']);
    await until(fakes, at(30));
    expect(told().slice(1)).toEqual(['Maintenance has begun: Move the database']);
    await deploy(fakes, 'inside');
    await react(fakes);
    await until(fakes, at(90));
    expect(told().slice(2)).toEqual(['Maintenance is over: Move the database']);
    expect(subjectsTo(fakes, 'ops@example.com')).toEqual(told());
    expect(fakes.outside.mails.at(-1)?.text).toBeDefined();
    expect(fakes.outside.mails.find(({ subject }) => subject.startsWith('Maintenance is over'))?.text).toContain(
      '1 request was let through',
    );
  });

  test('approved later than that, they are told at once', async () => {
    const fakes = published();
    const id = await scheduled(fakes);
    await react(fakes);
    await until(fakes, at(25));
    await answered(fakes, id, 'erin', 'approve');
    await react(fakes);
    await react(fakes);
    expect(subjectsTo(fakes, 'head@example.com')).toEqual(['Maintenance ahead: Move the database']);
  });

  test('approved after its beginning it is in force at once; approved after its end, never', async () => {
    const fakes = published();
    const [id, late] = [await scheduled(fakes), await scheduled(fakes, { title: 'Another' })];
    await react(fakes);
    await until(fakes, at(40));
    await answered(fakes, id, 'erin', 'approve');
    await react(fakes);
    expect(wayOf(await deploy(fakes, 'inside'))).toBe('bypassed');
    await until(fakes, at(90));
    expect(logged(fakes, late)).toMatchObject({ status: 'settled', outcome: 'expired' });
    expect(fakes.tables.log.get(validationOf(late))).toBeUndefined();
    expect(subjectsTo(fakes, 'head@example.com')).not.toContain('Maintenance ahead: Another');
  });

  test('afterwards its validation opens by itself: it lists what was let through, and asks nobody whose it was', async () => {
    const fakes = published();
    const id = await granted(fakes);
    await until(fakes, at(30));
    const inside = await deploy(fakes, 'inside');
    if (inside.kind === 'refused') throw new Error(inside.refusal.message);
    await until(fakes, at(90));
    const validation = logged(fakes, validationOf(id));
    expect(validation).toMatchObject({
      status: 'pending',
      source: 'countersign:maintenance_validation',
      verified: { via: 'own' },
      excluded: { people: ['alice', 'carol'] },
      claim: { title: 'Validation after a maintenance window: Move the database' },
      round: { gate: { stages: [{ name: 'validation' }] } },
    });
    const { payload } = validation.round;
    expect(JSON.parse('text' in payload ? payload.text : '')).toEqual({
      window: id,
      title: 'Move the database',
      from: at(30),
      to: at(90),
      requests: [
        {
          id: inside.request.id,
          title: 'Deploy inside',
          at: at(30),
          source: 'events:demo.shop@000000000000',
          requestId: 'inside',
          environment: 'production',
          requestedBy: 'carol@example.com',
          digest: inside.request.round.digest,
        },
      ],
    });
    expect(logged(fakes, id).review).toBe(validation.id);
    expect(fakes.tables.rows.get(id)).toMatchObject({ open: false });
    expect(fakes.tables.standing).toMatchObject({ windows: new Map(), asked: new Set() });
  });

  test('nobody to validate: it is counted and asked again by every sweep, until there is', async () => {
    const fakes = published();
    const id = await granted(fakes);
    const without = windowPolicy();
    without.directory.groups.expert = ['alice'];
    await until(fakes, at(30));
    fakes.publish(without);
    await until(fakes, at(90));
    expect(fakes.outside.counts.map(({ name }) => name)).toContain('ReviewNotOpened');
    expect(errors.join()).toContain('there is nobody to validate a maintenance window');
    expect(fakes.tables.rows.get(id)).toMatchObject({ status: 'settled', open: true });
    fakes.publish(windowPolicy());
    await sweep(fakes);
    await react(fakes);
    expect(logged(fakes, validationOf(id)).status).toBe('pending');
    expect(fakes.tables.rows.get(id)).toMatchObject({ open: false });
  });
});

describe('a window that somebody takes back', () => {
  const cancel = (fakes: Fakes, id: string, as = 'alice') =>
    call(fakes, 'POST /maintenance-windows/{id}/cancel', { as, id, body: { reason: 'The vendor is late.' } });

  test('before it begins: it never does, and who was told of it is told so', async () => {
    const fakes = published();
    const id = await granted(fakes);
    await until(fakes, at(20));
    await expect(cancel(fakes, id)).resolves.toMatchObject({
      status: 200,
      body: { outcome: 'cancelled', window: { state: 'over' } },
    });
    await react(fakes);
    await until(fakes, at(31));
    expect(wayOf(await deploy(fakes, 'inside'))).toBe('pending');
    expect(subjectsTo(fakes, 'head@example.com')).toEqual([
      'Maintenance ahead: Move the database',
      'Maintenance will not take place: Move the database',
    ]);
    expect(fakes.tables.log.has(validationOf(id))).toBe(false);
  });

  test('while it is open: it ends at once, whatever the read model says, and is validated', async () => {
    const fakes = published();
    const id = await granted(fakes);
    await until(fakes, at(30));
    fakes.now = new Date(at(40));
    await expect(cancel(fakes, id, 'erin')).resolves.toMatchObject({
      status: 200,
      body: { outcome: 'approved', window: { state: 'over', ended: { at: at(40), by: 'erin@example.com' } } },
    });
    expect([...fakes.tables.standing.windows.keys()]).toEqual([id]);
    expect(wayOf(await deploy(fakes, 'too late'))).toBe('pending');
    await expect(cancel(fakes, id)).resolves.toMatchObject({ status: 200 });
    await react(fakes);
    const validation = logged(fakes, validationOf(id)).round.payload;
    expect(JSON.parse('text' in validation ? validation.text : '')).toMatchObject({ to: at(40), requests: [] });
    expect(fakes.outside.mails.find(({ subject }) => subject.startsWith('Maintenance is over'))?.text).toContain(
      'Ended early by: erin@example.com',
    );
    expect(fakes.outside.schedules.has(id)).toBe(false);
  });

  test('only by whoever asked for it, or may approve one', async () => {
    const people = { bob: { principals: [{ role: 'people', session: 'bob' }] } };
    const fakes = published();
    const policy = windowPolicy();
    Object.assign(policy.directory.people.bob ?? {}, people.bob);
    fakes.publish(policy);
    const id = await granted(fakes);
    await expect(cancel(fakes, id, 'bob')).resolves.toMatchObject({ status: 403, body: { code: 'not_yours' } });
    await until(fakes, at(30));
    await expect(cancel(fakes, id, 'bob')).resolves.toMatchObject({ status: 403, body: { code: 'not_yours' } });
    expect(wayOf(await deploy(fakes, 'inside'))).toBe('bypassed');
    await expect(cancel(fakes, 'a'.repeat(32))).resolves.toMatchObject({ status: 404 });
  });

  test('R18 left by those who gave it, it does not begin before others have, within the same times', async () => {
    const fakes = published();
    const id = await granted(fakes);
    const others = windowPolicy();
    delete others.directory.people.erin;
    others.directory.groups = { ...others.directory.groups, expert: ['dan'], technical_lead: [] };
    fakes.publish(others);
    await until(fakes, at(31));
    expect(logged(fakes, id)).toMatchObject({
      status: 'pending',
      rounds: [{}, { gate: { notBefore: at(30), notAfter: at(90), stages: [{ approvers: [{ person: 'dan' }] }] } }],
    });
    expect(wayOf(await deploy(fakes, 'inside'))).toBe('pending');
  });
});

test('windows are listed until they are over, the earliest first', async () => {
  const fakes = published();
  const second = await scheduled(fakes, { title: 'Second', from: at(50) });
  const first = await granted(fakes);
  const list = async () => {
    const { body } = await call(fakes, 'GET /maintenance-windows');
    return (body.windows as { id: string; status: string; window: { state: string } }[]).map(
      ({ id, status, window }) => [id, status, window.state],
    );
  };
  await expect(list()).resolves.toEqual([
    [first, 'granted', 'asked'],
    [second, 'pending', 'asked'],
  ]);
  await until(fakes, at(30));
  await expect(list()).resolves.toEqual([
    [first, 'settled', 'in_force'],
    [second, 'pending', 'asked'],
  ]);
  await until(fakes, at(90));
  await expect(list()).resolves.toEqual([]);
});

test('W2 asked for again under the same key it is the same window, even once its time has come; with other content it is refused', async () => {
  const fakes = published();
  const id = await scheduled(fakes, { requestId: 'db-1' });
  const again = (more: object = {}, as = 'alice') =>
    call(fakes, 'POST /maintenance-windows', {
      as,
      body: {
        ...{ requestId: 'db-1', title: 'Move the database', reason: 'The old one is full.', from: at(30), to: at(90) },
        ...{ environments: ['production'], sources: ['events:demo.shop@*'], stakeholders: ['head@example.com'] },
        ...more,
      },
    });
  fakes.now = new Date(at(35));
  await expect(again()).resolves.toMatchObject({ status: 200, body: { id } });
  await expect(again({ title: 'Other' })).resolves.toMatchObject({ status: 409, body: { code: 'content_differs' } });
  await expect(again({}, 'erin')).resolves.toMatchObject({ status: 409 });
  await expect(again({ requestId: 'db-2' })).resolves.toMatchObject({ status: 400, body: { code: 'invalid' } });
  await expect(again({}, 'a machine')).resolves.toMatchObject({ status: 403, body: { code: 'not_yours' } });
});
