import { readFileSync } from 'node:fs';
import { digestOf } from '../../../core/canonical.ts';
import { revokeLinkKey, rotateLinkKey } from '../../../lambdas/publishing/link-keys.ts';
import { publishPolicy } from '../../../lambdas/publishing/publish-policy.ts';
import type { PolicyPublisher } from '../../../lambdas/services.ts';
import { emptyTables, fakePublisher, type Tables } from '../../support/fakes/tables.ts';

const demo = readFileSync('policy/demo.yaml', 'utf8');
const now = new Date('2026-11-21T10:00:00.000Z');
const by = 'arn:aws:sts::000000000000:assumed-role/Publisher/ada';

let tables: Tables;
let publisher: PolicyPublisher;
beforeEach(() => {
  tables = emptyTables();
  publisher = fakePublisher(tables);
});

function publish(text: string, enforcedSources: string[] = []) {
  return publishPolicy({ text, publishedBy: by, enforcedSources, now }, publisher);
}

describe('publishing a policy', () => {
  test('stores the version under its digest, everybody in it, and points at it', async () => {
    const done = await publish(demo);
    if ('code' in done) throw new Error(done.message);
    expect(done).toMatchObject({ epoch: 1, people: 5, changed: true });
    expect(digestOf(JSON.parse(tables.versions.get(done.version) ?? ''))).toBe(done.version);
    expect(tables.pointer).toEqual({
      version: done.version,
      publishedAt: now.toISOString(),
      publishedBy: by,
      epoch: 1,
      revoked: [],
    });
    expect(tables.people.get('carol')).toEqual({
      groups: ['leads'],
      person: 'carol',
      name: 'Carol Clark',
      email: 'carol@example.com',
      addresses: ['carol@example.com', 'carol.clark@example.com'],
    });
  });

  test('R18 takes whoever is no longer in it out of the directory, before the pointer moves', async () => {
    await publish(demo);
    const steps: string[] = [];
    const watched: PolicyPublisher = {
      ...publisher,
      putVersion: async (...args) => void steps.push('version', await publisher.putVersion(...args).then(() => 'kept')),
      putPeople: async (people) => {
        steps.push('people');
        return publisher.putPeople(people);
      },
      movePointer: async (...args) => {
        steps.push('pointer');
        return publisher.movePointer(...args);
      },
    };
    const without = demo
      .replace(/^ {4}erin: .*\n/m, '')
      .replaceAll('[erin]', '[dan]')
      .replaceAll('[erin, dan]', '[dan]');
    const done = await publishPolicy({ text: without, publishedBy: by, enforcedSources: [], now }, watched);
    expect(done).toMatchObject({ people: 4, changed: true });
    expect(tables.people.has('erin')).toBe(false);
    expect(steps.filter((step) => step !== 'kept')).toEqual(['version', 'people', 'pointer']);
  });

  test('R22 leaves the link keys as they are', async () => {
    await publish(demo);
    await rotateLinkKey(publisher, now);
    await revokeLinkKey(1, publisher, now);
    const done = await publish(demo.replace('8_hours', '9_hours'));
    expect(done).toMatchObject({ epoch: 2, previous: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(tables.pointer).toMatchObject({ epoch: 2, revoked: [{ epoch: 1 }] });
  });

  test('again changes nothing but when and by whom', async () => {
    const first = await publish(demo);
    const second = await publish(demo);
    expect(second).toMatchObject({ people: 5, changed: false });
    expect(!('code' in first) && !('code' in second) && second.version === first.version).toBe(true);
    expect(tables.versions.size).toBe(1);
  });

  test('with mistakes writes nothing and tells all of them with their place', async () => {
    const refused = await publish(demo.replace('email: bob@example.com', 'email: bob').replace('8_hours', 'soon'));
    expect(refused).toMatchObject({
      code: 'invalid',
      status: 400,
      message: 'The policy has 2 mistakes; nothing was published.',
    });
    expect('code' in refused && refused.errors).toEqual([
      {
        path: 'directory.people.bob.email',
        message: 'must be one plain mail address',
        line: expect.any(Number),
        column: expect.any(Number),
      },
      expect.objectContaining({ path: 'environments.staging.gates.any.stages.0.timeout' }),
    ]);
    expect(tables).toEqual(emptyTables());
  });

  test('R51 with a source the stack does not enforce is refused', async () => {
    const enforced = demo.replace('may_cancel: [erin]', 'may_cancel: [erin]\n    enforced: true');
    expect(await publish(enforced)).toMatchObject({
      code: 'invalid',
      errors: [{ path: 'sources.events:demo.*@000000000000.enforced' }],
    });
    expect('code' in (await publish(enforced, ['events:demo.*@000000000000']))).toBe(false);
  });

  test('while somebody else does says so', async () => {
    tables.publishing = true;
    expect(await publish(demo)).toMatchObject({ code: 'unavailable', status: 503 });
    expect(tables.pointer).toBeUndefined();
  });

  test('whose lease ran out, so that somebody else published meanwhile, says so', async () => {
    const slow: PolicyPublisher = { ...publisher, movePointer: async () => 'overtaken' };
    const done = await publishPolicy({ text: demo, publishedBy: by, enforcedSources: [], now }, slow);
    expect(done).toMatchObject({ code: 'unavailable' });
  });
});

describe('R22 link keys', () => {
  test('turn: a new epoch signs, the ones before stay good', async () => {
    await publish(demo);
    expect(await rotateLinkKey(publisher, now)).toEqual({ epoch: 2, revoked: [] });
    expect(await rotateLinkKey(publisher, now)).toEqual({ epoch: 3, revoked: [] });
  });

  test('revoked once stay revoked, and revoking the one in force turns to a new one', async () => {
    await publish(demo);
    const revoked = [{ epoch: 1, at: now.toISOString() }];
    expect(await revokeLinkKey(1, publisher, now)).toEqual({ epoch: 2, revoked });
    expect(await revokeLinkKey(1, publisher, new Date(0))).toEqual({ epoch: 2, revoked });
  });

  test.each([0, -1, 1.5, 2, Number.NaN])('epoch %s, which there is not, cannot be revoked', async (epoch) => {
    await publish(demo);
    expect(await revokeLinkKey(epoch, publisher, now)).toMatchObject({ code: 'invalid' });
    expect(tables.pointer?.revoked).toEqual([]);
  });

  test('there are none before the first policy', async () => {
    expect(await rotateLinkKey(publisher, now)).toMatchObject({ code: 'no_policy' });
  });

  test('end with what a link can carry', async () => {
    await publish(demo);
    if (tables.pointer) tables.pointer.epoch = 0xffff;
    expect(await rotateLinkKey(publisher, now)).toMatchObject({ code: 'too_many' });
  });
});
