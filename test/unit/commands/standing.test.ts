import { requestedEvent } from '../../../core/events.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { type Fakes, fakeServices } from '../../support/fakes.ts';
import { answered } from '../../support/overrides.ts';
import { plan, workflow } from '../../support/situations.ts';
import { at, call, deploy, logged, react, scheduled, until, wayOf, windowPolicy } from '../../support/windows.ts';

const standingCalls = (fakes: Fakes) => fakes.calls.filter((name) => name.startsWith('standing.'));

function published(policy = windowPolicy()): Fakes {
  const fakes = fakeServices();
  fakes.publish(policy);
  return fakes;
}

/** Without windows. */
function plain(more: Parameters<typeof windowPolicy>[0] = {}) {
  const { maintenance: _, ...policy } = windowPolicy(more);
  return policy;
}

const least = workflow('expert_review', {
  risks: ['low', 'high'],
  stage: plan(['expert'], { name: 'expert_review', assign: 'least_loaded' }),
});

/** alice asks over the API. */
const ask = (fakes: Fakes, requestId: string) =>
  call(fakes, 'POST /requests', {
    body: { requestId, title: 'Deploy', environment: 'production', risk: 'low', payload: { requestId } },
  });
const registered = { sources: { '*': { may_name: ['*'], environments: ['*'], facts: ['*'] } } };

describe('what spans requests is read at the opening', () => {
  test('not at all where neither load nor windows matter', async () => {
    const fakes = published(plain());
    expect(wayOf(await deploy(fakes, 'one'))).toBe('pending');
    expect(standingCalls(fakes)).toEqual([]);
  });

  test.each([
    ['windows', () => windowPolicy()],
    ['load', () => plain({ workflows: [least] })],
  ])('in one call where %s may', async (_, policy) => {
    const fakes = published(policy());
    await deploy(fakes, 'one');
    expect(standingCalls(fakes)).toEqual(['standing.read']);
  });

  test('and kept by the reactions: the next goes to whom least waits for', async () => {
    const fakes = published(plain({ workflows: [least] }));
    const whom = async (requestId: string) => {
      const opening = await deploy(fakes, requestId);
      if (opening.kind === 'refused') throw new Error(opening.refusal.message);
      await react(fakes);
      return [opening.request.id, opening.request.round.gate.stages[0]?.approvers[0]?.person ?? ''] as const;
    };
    const [first, dan] = await whom('one');
    const [, erin] = await whom('two');
    expect([dan, erin]).toEqual(['dan', 'erin']);
    await answered(fakes, first, 'dan', 'approve');
    await react(fakes);
    expect((await whom('three'))[1]).toBe('dan');
  });

  test('a window whose log cannot be read lets nothing through: the opening fails, and finds its way when it is sent again', async () => {
    const fakes = published();
    const id = await scheduled(fakes);
    await react(fakes);
    await answered(fakes, id, 'erin', 'approve');
    await react(fakes);
    await until(fakes, at(30));
    const broken = fakes.restarted();
    broken.hook = ({ name, args }) => {
      if (name === 'log.read' && args[0] === id) throw new Error('down');
    };
    await expect(deploy(broken, 'inside')).rejects.toThrow('down');
    expect([...fakes.tables.log.keys()]).toEqual([id]);
    expect(wayOf(await deploy(fakes, 'inside'))).toBe('bypassed');
    expect(wayOf(await deploy(fakes, 'inside'))).toBe('bypassed');
    expect(fakes.tables.log.get(id)?.filter(({ type }) => type === 'let_through')).toHaveLength(1);
  });
});

describe('W10 how long it may take', () => {
  const sent = async (fakes: Fakes, requestId: string, minutes: number) => {
    const { body } = await ask(fakes, requestId);
    await react(fakes);
    fakes.advance(minutes * 60);
    await answered(fakes, String(body.id), 'dan', 'approve');
    await react(fakes);
  };

  test('is answered and told once three like it were decided, in the same call as the rest', async () => {
    const fakes = published(windowPolicy(registered));
    for (const [index, minutes] of [10, 20, 30].entries()) {
      expect((await ask(fakes, `early-${index}`)).body).not.toHaveProperty('expectedWait');
      await sent(fakes, `done-${index}`, minutes);
    }
    const before = standingCalls(fakes).length;
    const { status, body } = await ask(fakes, 'now');
    expect(standingCalls(fakes).slice(before)).toEqual(['standing.read']);
    expect([status, body.expectedWait]).toEqual([201, { median: 1200, ninetieth: 1800, of: 3 }]);
    await expect(ask(fakes, 'now')).resolves.toMatchObject({ status: 200, body: { expectedWait: { of: 3 } } });
    await react(fakes);
    const told = fakes.outside.events.filter(({ detailType }) => detailType === 'Approval Requested');
    expect(told.find(({ detail }) => detail.requestId === 'now')?.detail.expectedWait).toEqual({
      median: 1200,
      ninetieth: 1800,
      of: 3,
    });
    expect(told.find(({ detail }) => detail.requestId === 'early-0')?.detail).not.toHaveProperty('expectedWait');
  });

  test('each request’s wait is noted once, however often its reactions are done', async () => {
    const fakes = published(windowPolicy(registered));
    await sent(fakes, 'one', 10);
    const [id = ''] = fakes.tables.log.keys();
    await reconcile(fakes, id, { by: 'timer' });
    fakes.tables.rows.delete(id);
    await reconcile(fakes, id, { by: 'stream' });
    expect([...(fakes.tables.standing.waits.get('production/expert_review') ?? [])]).toEqual([[id, 600]]);
  });

  test('is nothing where nobody is asked', async () => {
    const fakes = published(
      windowPolicy({
        ...registered,
        environments: { production: { gates: {} }, qa: { gates: {}, bypass: 'automatic' } },
      }),
    );
    const { body } = await call(fakes, 'POST /requests', {
      body: { title: 'Deploy', environment: 'qa', risk: 'low', payload: {} },
    });
    expect(body).toMatchObject({ outcome: 'bypassed' });
    expect(body).not.toHaveProperty('expectedWait');
    await react(fakes);
    // A test environment's bypass is an entry, an event and a number like any other.
    expect(fakes.outside.events.map(({ detailType }) => detailType)).toContain('Bypass Used');
    expect(fakes.outside.counts).toContainEqual({ name: 'BypassUsed', dimensions: { kind: 'test_environment' } });
    const request = logged(fakes, String(body.id));
    expect(requestedEvent(request).detail).not.toHaveProperty('expectedWait');
  });
});
