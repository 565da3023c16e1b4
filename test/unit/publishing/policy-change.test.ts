import { answerCall } from '../../../lambdas/handlers/api-routes.ts';
import { breakGlass } from '../../../lambdas/publishing/break-glass.ts';
import { rotateLinkKey } from '../../../lambdas/publishing/link-keys.ts';
import { takeEffect } from '../../../lambdas/publishing/settle-change.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import type { Fakes } from '../../support/fakes.ts';
import { answered, requestIn } from '../../support/overrides.ts';
import {
  awaited,
  effect,
  gated,
  other,
  publisher,
  submit,
  third,
  versionOf,
  worldUnder,
} from '../../support/policy-change.ts';

beforeEach(() => jest.spyOn(console, 'warn').mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

const inForce = (fakes: Fakes) => fakes.tables.pointer?.version;
const counted = (fakes: Fakes, name: string) => fakes.outside.counts.filter((count) => count.name === name);
const ungated = gated.replace(/policy_change: .*\n/, '');

describe('publishing where the policy in force has a gate for that', () => {
  test('changes nothing, and asks whom the policy in force names, showing what is different', async () => {
    const fakes = worldUnder(gated);
    const before = structuredClone(fakes.tables.pointer);
    const done = await awaited(fakes, other);
    expect(fakes.tables.pointer).toEqual(before);
    expect(fakes.tables.people.size).toBe(5);
    expect(done).toMatchObject({
      status: 'awaiting_approval',
      version: versionOf(other),
      previous: versionOf(gated),
      approvers: ['Bob Baker <bob@example.com>', 'Carol Clark <carol@example.com>'],
      changes: [
        { path: '/environments/staging/gates/critical/stages/review/timeout', before: 28800, after: 32400 },
        {},
        {},
        {},
      ],
    });
    const request = requestIn(fakes, done.id);
    expect(request).toMatchObject({
      status: 'pending',
      source: 'countersign:policy_change',
      requestId: `policy:${versionOf(other)}:${versionOf(gated)}`,
      claim: { environment: 'policy', risk: 'high', requestedBy: publisher('robot').arn },
      verified: { via: 'api', principal: publisher('robot').arn },
    });
    expect(fakes.tables.rows.get(done.id)).toMatchObject({ open: true, seq: 0 });
    expect(fakes.tables.versions.has(versionOf(other))).toBe(true);
  });

  test('approved, it takes effect by itself, once, and says who let it be', async () => {
    const fakes = worldUnder(gated);
    const { id } = await awaited(fakes, other);
    expect(await effect(fakes, id)).toEqual({ [id]: 'waiting' });
    await answered(fakes, id, 'bob', 'approve');
    fakes.advance(60);
    expect(await effect(fakes, id)).toEqual({ [id]: 'in_force' });
    expect(fakes.tables.pointer).toMatchObject({
      version: versionOf(other),
      request: id,
      publishedBy: `request ${id}, approved by bob@example.com`,
      publishedAt: fakes.now.toISOString(),
    });
    const { pointer } = structuredClone(fakes.tables);
    expect(await effect(fakes, id)).toEqual({});
    expect(fakes.tables.pointer).toEqual(pointer);
    expect(fakes.tables.changes).toEqual([]);
  });

  test.each(['reject', 'request_changes'])(
    'answered with %s it does not, and may be asked for again',
    async (answer) => {
      const fakes = worldUnder(gated);
      const { id } = await awaited(fakes, other);
      await answered(fakes, id, 'bob', answer);
      if (answer === 'reject') await answered(fakes, id, 'carol', answer);
      expect(await effect(fakes)).toEqual({ [id]: 'turned_down' });
      expect(inForce(fakes)).toBe(versionOf(gated));
      const again = await awaited(fakes, other);
      expect(again.id).not.toBe(id);
      expect(again.requestId).toBe(`policy:${versionOf(other)}:${versionOf(gated)}:2`);
    },
  );

  test('R7 published again while it waits it is the same request, and not by somebody who is asked to approve it', async () => {
    const fakes = worldUnder(gated);
    const { id } = await awaited(fakes, other);
    expect((await awaited(fakes, other)).id).toBe(id);
    expect((await awaited(fakes, other, 'dan')).id).toBe(id);
    expect(await submit(fakes, other, 'carol')).toMatchObject({ code: 'four_eyes' });
    expect(fakes.tables.log.get(id)).toHaveLength(1);
  });

  test('R7 whoever publishes is never asked, under any name of either directory', async () => {
    const fakes = worldUnder(gated);
    const own = await awaited(fakes, other, 'bob');
    expect(own.approvers).toEqual(['Carol Clark <carol@example.com>']);
    expect(requestIn(fakes, own.id)?.claim.requestedBy).toBe('bob@example.com');
    await expect(answered(fakes, own.id, 'bob', 'approve')).rejects.toThrow();
    // A principal that is nobody's yet, and carol's in what they publish.
    const renamed = gated.replace('{ role: "*", session: carol }', '{ role: "*", session: cc }');
    const sly = await awaited(fakes, renamed, 'cc');
    expect(sly.approvers).toEqual(['Bob Baker <bob@example.com>']);
    expect(requestIn(fakes, sly.id)?.claim.requestedBy).toBe(publisher('cc').arn);
  });

  test('R7 a publisher who is nobody of the directory says who wrote it, and those are not asked', async () => {
    const fakes = worldUnder(gated);
    expect(await submit(fakes, other, 'robot', [])).toMatchObject({
      code: 'claim_not_allowed',
      message: expect.stringContaining('--author ADDRESS'),
    });
    expect(await submit(fakes, other, 'robot', ['bbo@example.com'])).toMatchObject({
      code: 'invalid',
      errors: [{ path: 'authors.0', suggestion: 'bob@example.com' }],
    });
    expect(fakes.tables.log.size).toBe(0);
    const done = await submit(fakes, other, 'robot', ['bob@example.com']);
    expect(done).toMatchObject({ status: 'awaiting_approval', approvers: ['Carol Clark <carol@example.com>'] });
    if ('code' in done || done.status !== 'awaiting_approval') throw new Error('it took effect at once');
    await expect(answered(fakes, done.id, 'bob', 'approve')).rejects.toThrow();
    expect(await submit(fakes, other, 'robot', ['carol@example.com'])).toMatchObject({ code: 'four_eyes' });
    expect(requestIn(fakes, done.id)?.claim).toMatchObject({ authors: ['bob@example.com'] });
  });

  test('that a policy takes its gate away is said first, to whoever publishes and to those who decide', async () => {
    const fakes = worldUnder(gated);
    const without = ungated.replace('timeout: 8_hours', 'timeout: 9_hours');
    const done = await awaited(fakes, without);
    expect(done.warnings).toEqual([expect.stringContaining('takes `policy_change` away')]);
    expect(done.changes[0]).toMatchObject({ path: '/policyChange' });
    expect(requestIn(fakes, done.id)?.claim.description).toMatch(/^It takes `policy_change` away/);
    expect((await awaited(fakes, other)).warnings).toEqual([]);
  });

  test('a gate that its publisher could not pass a second time is warned of, also where there is none yet', async () => {
    const alone = `${ungated}policy_change: { approver: bob, timeout: 2_days }\n`;
    for (const before of [ungated, gated]) {
      const done = await submit(worldUnder(before), alone, 'bob');
      expect(done).toMatchObject({ warnings: [expect.stringContaining('could not change the policy again')] });
    }
    expect(await submit(worldUnder(gated), alone, 'carol')).toMatchObject({ warnings: [] });
  });

  test('R7 naming colleagues in the new directory gets nobody out of a gate that needs everybody', async () => {
    const all = gated.replace('rule: any, timeout: 2_days', 'rule: all, timeout: 2_days');
    const fakes = worldUnder(all);
    const sly = all.replace('{ role: "*", session: carol }', '{ role: "*", session: mallory }');
    expect(await submit(fakes, sly, 'mallory')).toMatchObject({ code: 'gate_unreachable' });
    expect(fakes.tables.changes).toEqual([]);
  });

  test('W1 refuses where nobody is left who could let it be, and says how to go on', async () => {
    const alone = `${ungated}policy_change: { approver: bob, timeout: 2_days }\n`;
    const fakes = worldUnder(alone);
    expect(await submit(fakes, other, 'bob')).toMatchObject({ code: 'gate_unreachable', status: 403 });
    expect(fakes.tables.log.size).toBe(0);
  });

  test('overtaken by another one it does nothing, and is counted', async () => {
    const fakes = worldUnder(gated);
    const one = await awaited(fakes, other);
    const two = await awaited(fakes, third);
    await answered(fakes, two.id, 'carol', 'approve');
    await effect(fakes, two.id);
    expect(inForce(fakes)).toBe(versionOf(third));
    await answered(fakes, one.id, 'bob', 'approve');
    expect(await effect(fakes, one.id)).toEqual({ [one.id]: 'overtaken' });
    expect(inForce(fakes)).toBe(versionOf(third));
    expect(counted(fakes, 'PolicyChangeOvertaken')).toHaveLength(1);
    expect(await effect(fakes, one.id)).toEqual({});
  });

  test('an approval of long ago does nothing when the policy it was for is in force once more', async () => {
    const fakes = worldUnder(gated);
    const late = await awaited(fakes, other);
    const away = await awaited(fakes, third);
    await answered(fakes, away.id, 'bob', 'approve');
    fakes.advance(60);
    await effect(fakes, away.id);
    const back = await awaited(fakes, gated);
    await answered(fakes, back.id, 'bob', 'approve');
    fakes.advance(60);
    await effect(fakes, back.id);
    expect(inForce(fakes)).toBe(versionOf(gated));
    await answered(fakes, late.id, 'bob', 'approve');
    expect(await effect(fakes)).toEqual({ [late.id]: 'overtaken' });
    expect(inForce(fakes)).toBe(versionOf(gated));
  });

  test('an approval whose event was lost comes first when the next one is published', async () => {
    const fakes = worldUnder(gated);
    const { id } = await awaited(fakes, other);
    await answered(fakes, id, 'bob', 'approve');
    const next = await awaited(fakes, third);
    expect(next.previous).toBe(versionOf(other));
    expect(fakes.tables.changes).toEqual([next.id]);
  });

  test('keys turned meanwhile do not overtake it, and stay turned', async () => {
    const fakes = worldUnder(gated);
    const { id } = await awaited(fakes, other);
    await rotateLinkKey(fakes.publisher, fakes.now);
    await answered(fakes, id, 'bob', 'approve');
    await effect(fakes);
    expect(fakes.tables.pointer).toMatchObject({ version: versionOf(other), epoch: 2 });
  });

  test('the policy in force once more needs nobody, and makes the directory what it says', async () => {
    const fakes = worldUnder(gated);
    fakes.tables.people.delete('bob');
    expect(await submit(fakes, gated)).toMatchObject({ status: 'in_force', changed: false });
    expect(fakes.tables.people.has('bob')).toBe(true);
    expect(fakes.tables.pointer?.request).toBeUndefined();
  });

  test('what the stack has ceased to enforce meanwhile does not take effect', async () => {
    const fakes = worldUnder(gated);
    const { id } = await awaited(fakes, other);
    await answered(fakes, id, 'bob', 'approve');
    const enforced = gated.replace('may_cancel: [erin]', 'may_cancel: [erin]\n    enforced: true');
    const { id: second } = await submitEnforced(fakes, enforced);
    await answered(fakes, second, 'bob', 'approve');
    await expect(effect(fakes, second)).rejects.toThrow(/no longer enforces events:demo/);
    expect(inForce(fakes)).toBe(versionOf(other));
  });

  test.each([
    ['robot', 'robot', 200],
    ['robot', 'another-run', 200],
    ['bob', 'bob', 200],
    ['bob', 'robot', 403],
    ['robot', 'carol', 200],
  ])('published by %s, it can be taken back by %s: %i', async (by, session, status) => {
    const fakes = worldUnder(gated);
    const { id } = await awaited(fakes, other, by);
    const principal = publisher(session);
    const call = { route: 'POST /requests/{id}/cancel', principal, id, query: {}, body: { reason: 'not now' } };
    expect(await answerCall(fakes, call)).toMatchObject({ status });
    expect(await effect(fakes)).toEqual({ [id]: status === 200 ? 'turned_down' : 'waiting' });
  });

  test('a machine of another role cannot take it back', async () => {
    const fakes = worldUnder(gated);
    const { id } = await awaited(fakes, other);
    const principal = { arn: 'arn:aws:sts::000000000000:assumed-role/Other/robot', account: '000000000000' };
    const call = { route: 'POST /requests/{id}/cancel', principal, id, query: {}, body: { reason: 'not now' } };
    expect(await answerCall(fakes, call)).toMatchObject({ status: 403 });
  });

  test('only so many wait at a time', async () => {
    const fakes = worldUnder(gated);
    for (let n = 0; n < 20; n++) await awaited(fakes, gated.replace('timeout: 8_hours', `timeout: ${n + 10}_hours`));
    expect(await submit(fakes, third)).toMatchObject({ code: 'too_many', status: 429 });
    expect(fakes.tables.log.size).toBe(20);
  });
});

async function submitEnforced(fakes: Fakes, text: string) {
  const { submitPolicy } = await import('../../../lambdas/publishing/submit-policy.ts');
  const enforcedSources = ['events:demo.*@000000000000'];
  const done = await submitPolicy(fakes, {
    text,
    publisher: publisher('robot'),
    authors: ['alice@example.com'],
    enforcedSources,
  });
  if ('code' in done || done.status !== 'awaiting_approval') throw new Error(JSON.stringify(done));
  return done;
}

describe('publishing at once', () => {
  test('where there is no policy yet, and where the one in force has no gate for it', async () => {
    const fakes = worldUnder(ungated);
    expect(await submit(fakes, gated)).toMatchObject({
      status: 'in_force',
      changed: true,
      changes: [{ path: '/policyChange' }],
    });
    fakes.tables.pointer = undefined;
    expect(await submit(fakes, other)).toMatchObject({ status: 'in_force', version: versionOf(other) });
    expect(fakes.tables.log.size).toBe(0);
  });
});

describe('breaking the glass', () => {
  const smash = (fakes: Fakes, text = other, reason = 'bob and carol have left') =>
    breakGlass(fakes, { text, reason, account: '000000000000', enforcedSources: [] });

  test('puts a policy in force past the gate: an entry, an event and a number', async () => {
    const fakes = worldUnder(gated);
    expect(await smash(fakes)).toMatchObject({ version: versionOf(other), previous: versionOf(gated), changed: true });
    const [id = ''] = fakes.tables.log.keys();
    expect(requestIn(fakes, id)).toMatchObject({
      status: 'settled',
      outcome: 'bypassed',
      round: { gate: { stages: [], bypass: { kind: 'policy_break_glass', reason: 'bob and carol have left' } } },
    });
    expect(fakes.tables.pointer).toMatchObject({
      version: versionOf(other),
      publishedBy: `request ${id}, break glass: bob and carol have left`,
    });
    await reconcile(fakes, id, { by: 'stream' });
    expect(counted(fakes, 'BypassUsed')).toEqual([{ name: 'BypassUsed', dimensions: { kind: 'policy_break_glass' } }]);
    expect(fakes.outside.events.map(({ detailType }) => detailType)).toContain('Bypass Used');
  });

  test('again is the same', async () => {
    const fakes = worldUnder(gated);
    await smash(fakes);
    expect(await smash(fakes)).toMatchObject({ changed: false });
    expect(fakes.tables.log.size).toBe(1);
  });

  test('overtakes what waits for the gate', async () => {
    const fakes = worldUnder(gated);
    const { id } = await awaited(fakes, third);
    await smash(fakes);
    await answered(fakes, id, 'bob', 'approve');
    expect(await effect(fakes)).toEqual({ [id]: 'overtaken' });
  });

  test('works where the policy in force cannot be read', async () => {
    const fakes = worldUnder(gated);
    fakes.tables.versions.clear();
    expect(await smash(fakes)).toMatchObject({ version: versionOf(other) });
  });
});

describe('R37 crashed at each of its calls, killed before or after', () => {
  const countCalls = async (work: (fakes: Fakes) => Promise<unknown>, fakes: Fakes) => {
    const from = fakes.calls.length;
    await work(fakes);
    return fakes.calls.length - from;
  };
  /** Plays `work`, crashing once, and then what AWS and people repeat by themselves. */
  async function crashed(make: () => Promise<Fakes>, work: (fakes: Fakes) => Promise<unknown>): Promise<Fakes[]> {
    const calls = await countCalls(work, await make());
    const worlds: Fakes[] = [];
    for (let at = 0; at < calls; at++)
      for (const side of ['before', 'after'] as const) {
        const fakes = await make();
        const process = fakes.restarted();
        let seen = -1;
        process.hook = (_, when) => {
          if (when === 'before') seen++;
          if (seen > at || (seen === at && when === side)) {
            seen = Number.POSITIVE_INFINITY;
            throw new Error('killed');
          }
        };
        await work(process).catch(() => {});
        // A killed process gives no lease back; it ends by itself.
        fakes.tables.publishing = false;
        fakes.advance(240);
        worlds.push(fakes);
      }
    return worlds;
  }

  test('an approved policy takes effect by the next look', async () => {
    const make = async () => {
      const fakes = worldUnder(gated);
      const { id } = await awaited(fakes, other);
      await answered(fakes, id, 'bob', 'approve');
      return fakes;
    };
    const worlds = await crashed(make, (fakes) => takeEffect(fakes, []));
    expect(worlds.length).toBeGreaterThan(10);
    for (const fakes of worlds) {
      await effect(fakes);
      expect(inForce(fakes)).toBe(versionOf(other));
      expect(fakes.tables.changes).toEqual([]);
      expect(counted(fakes, 'PolicyChangeOvertaken')).toEqual([]);
    }
  });

  test('one that was put in force, and another published before anybody looked, is not taken for overtaken', async () => {
    const make = async () => {
      const fakes = worldUnder(gated);
      const { id } = await awaited(fakes, other);
      await answered(fakes, id, 'bob', 'approve');
      return fakes;
    };
    for (const fakes of await crashed(make, (each) => takeEffect(each, []))) {
      const next = await awaited(fakes, third);
      await answered(fakes, next.id, 'bob', 'approve');
      await effect(fakes);
      expect(inForce(fakes)).toBe(versionOf(third));
      expect(counted(fakes, 'PolicyChangeOvertaken')).toEqual([]);
    }
  });

  test('a policy published through its gate is asked for once, and found by the sweep', async () => {
    const make = async () => worldUnder(gated);
    for (const fakes of await crashed(make, (each) => submit(each, other))) {
      await effect(fakes);
      const { id } = await awaited(fakes, other);
      expect(fakes.tables.log.size).toBe(1);
      expect(fakes.tables.changes).toEqual([id]);
      await answered(fakes, id, 'bob', 'approve');
      await effect(fakes);
      expect(inForce(fakes)).toBe(versionOf(other));
    }
  });

  test('a broken glass is recorded before it takes effect, and takes effect', async () => {
    const smash = (fakes: Fakes) =>
      breakGlass(fakes, { text: other, reason: 'nobody is left', account: '000000000000', enforcedSources: [] });
    for (const fakes of await crashed(async () => worldUnder(gated), smash)) {
      if (inForce(fakes) === versionOf(other)) expect(fakes.tables.log.size).toBe(1);
      if (fakes.tables.log.size > 0) await effect(fakes);
      else await smash(fakes);
      expect(inForce(fakes)).toBe(versionOf(other));
      expect(fakes.tables.log.size).toBe(1);
    }
  });
});
