import { Policy } from '../../../core/policy/policy.ts';
import { recheck } from '../../../lambdas/commands/recheck.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { sweep } from '../../../lambdas/reactions/sweep.ts';
import { Memory } from '../../support/crash/memory.ts';

// What is out of reach is told to the log: wanted, and noise here.
beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

/** A request that waits for bob and carol, all of a group, and the policy it was opened under. */
async function pending(): Promise<{ cloud: Memory; policy: Policy }> {
  const cloud = new Memory();
  const version = cloud.fakes.tables.pointer?.version ?? '';
  const demo = Policy.parse(JSON.parse(cloud.fakes.tables.versions.get(version) ?? ''));
  const stage = { name: 'review', approvers: ['reviewers'], rule: 'all' as const, timeout: 86_400 };
  const gates = Object.fromEntries(['low', 'medium', 'high', 'critical'].map((risk) => [risk, { stages: [stage] }]));
  const groups = { ...demo.directory.groups, reviewers: ['bob', 'carol'] };
  const environments = Object.fromEntries(Object.keys(demo.environments).map((name) => [name, { gates }]));
  const policy = { ...demo, directory: { ...demo.directory, groups }, environments };
  cloud.fakes.publish(policy);
  await cloud.play([{ do: 'open' }]);
  return { cloud, policy };
}

/** Publishes the policy without somebody, who is no member of anything any more; `instead` sits in their groups. */
function without(cloud: Memory, policy: Policy, gone: string, instead?: string): void {
  const { [gone]: _, ...left } = policy.directory.people;
  const groups = Object.fromEntries(
    Object.entries(policy.directory.groups).map(([name, members]) => [
      name,
      members.flatMap((member) => (member === gone ? (instead ?? []) : [member])),
    ]),
  );
  const people = instead ? { ...left, [instead]: { name: 'Zoe', email: `${instead}@example.com` } } : left;
  cloud.fakes.publish({ ...policy, directory: { people, groups } });
}

async function swept(cloud: Memory): Promise<void> {
  cloud.fakes.advance(240);
  await sweep(cloud.fakes);
  await cloud.play([]);
}

test('W1 nobody is asked again because somebody joins, or leaves whom the gate does not need', async () => {
  const { cloud, policy } = await pending();
  const before = cloud.request?.seq;
  const people = { ...policy.directory.people, zoe: { name: 'Zoe', email: 'zoe@example.com' } };
  cloud.fakes.publish({ ...policy, directory: { ...policy.directory, people } });
  await swept(cloud);
  expect(cloud.request?.seq).toBe(before);
});

test('R18 W1 somebody leaves of whom everybody is needed: a new round asks who is there now, and the votes that stand are kept', async () => {
  const { cloud, policy } = await pending();
  await cloud.play([{ do: 'vote', who: 'carol', answer: 'approve' }]);
  without(cloud, policy, 'bob', 'zoe');
  await swept(cloud);
  const { request } = cloud;
  expect(request?.round).toMatchObject({ round: 2, reason: expect.stringContaining('no longer in the directory') });
  expect(request?.round.policyVersion).toBe(request?.rounds[0].policyVersion);
  expect(request?.round.gate.stages[0]?.approvers.map(({ person }) => person)).toEqual(['zoe', 'carol']);
  expect(request?.round.votes.map(({ person }) => person)).toEqual(['carol']);
  expect(cloud.fakes.outside.mails.at(-1)?.to).toBe('zoe@example.com');
});

test('R8 what happens while a gate is looked at again is not undone: it is looked at once more', async () => {
  const { cloud, policy } = await pending();
  const stale = cloud.request;
  await cloud.perform({ do: 'vote', who: 'carol', answer: 'approve' });
  without(cloud, policy, 'bob', 'zoe');
  const inForce = cloud.fakes.tables.pointer?.version ?? '';
  const look = (request: typeof stale) => request && recheck(cloud.fakes, request, inForce);
  expect((await look(stale))?.request.round).toMatchObject({ round: 1, votes: [{ person: 'carol' }] });
  expect((await look(cloud.request))?.request.round).toMatchObject({ round: 2, votes: [{ person: 'carol' }] });
});

test('a sweep that comes again asks nobody again', async () => {
  const { cloud, policy } = await pending();
  without(cloud, policy, 'bob', 'zoe');
  await swept(cloud);
  const after = cloud.request?.seq;
  await swept(cloud);
  expect(cloud.request?.seq).toBe(after);
});

test('W1 too few are left: it is recorded why, counted, and told to whoever asks; the request stays pending', async () => {
  const { cloud, policy } = await pending();
  without(cloud, policy, 'bob');
  without(
    cloud,
    { ...policy, directory: { people: { zoe: { name: 'Zoe', email: 'z@example.com' } }, groups: {} } },
    'x',
  );
  const logged = jest.mocked(console.error);
  await swept(cloud);
  expect(cloud.request).toMatchObject({
    status: 'pending',
    unreachable: { round: 1, problems: [expect.stringContaining('nobody is left')] },
  });
  expect(cloud.fakes.outside.counts).toContainEqual(expect.objectContaining({ name: 'GateUnreachable' }));
  // The runbook's alarm leads to the function's log, which says which request it is.
  expect(logged).toHaveBeenCalledWith({
    message: 'too few are left who may approve a request',
    id: cloud.request?.id,
    problems: [expect.stringContaining('nobody is left')],
  });
  const after = cloud.request?.seq;
  await swept(cloud);
  expect(cloud.request?.seq).toBe(after);
});

/** Bob and Carol have granted it until noon tomorrow; then Bob leaves. */
async function granted(): Promise<{ cloud: Memory; policy: Policy; at: string }> {
  const { cloud, policy } = await pending();
  const at = new Date(cloud.fakes.now.getTime() + 3_600_000).toISOString();
  await cloud.play([{ do: 'vote', who: 'bob', answer: 'approve', from: at }]);
  await cloud.play([{ do: 'vote', who: 'carol', answer: 'approve' }]);
  expect(cloud.request?.status).toBe('granted');
  return { cloud, policy, at };
}

describe('R18 what somebody who has left had agreed to', () => {
  test('a grant of theirs does not take effect, whoever looks first after its time', async () => {
    const { cloud, policy } = await granted();
    without(cloud, policy, 'bob', 'zoe');
    cloud.fakes.advance(3_700);
    await reconcile(cloud.fakes, cloud.id, { by: 'stream' });
    expect(cloud.request).toMatchObject({ status: 'pending', round: { round: 2 } });
  });

  test('nor does it where too few are left: it expires', async () => {
    const { cloud, policy } = await granted();
    without(cloud, { ...policy, directory: { people: {}, groups: {} } }, 'bob');
    cloud.fakes.advance(3_700);
    for (let looks = 0; looks < 3; looks++) await reconcile(cloud.fakes, cloud.id, { by: 'timer' });
    expect(cloud.request).toMatchObject({ status: 'settled', outcome: 'expired' });
  });

  for (const [when, begun] of [
    ['while it waits', pending],
    ['while it is granted', granted],
  ] as const)
    test(`W1 who was missing comes back ${when}: there is a new round, and it can be approved after all`, async () => {
      const { cloud, policy } = await begun();
      without(cloud, { ...policy, directory: { people: {}, groups: {} } }, 'bob');
      await swept(cloud);
      expect(cloud.request?.unreachable).toMatchObject({ round: 1 });
      cloud.fakes.publish(policy);
      await swept(cloud);
      expect(cloud.request).toMatchObject({ status: 'pending', round: { round: 2 } });
      for (const who of ['bob', 'carol'] as const)
        if (!cloud.request?.round.votes.some(({ person }) => person === who))
          await cloud.play([{ do: 'vote', who, answer: 'approve' }]);
      expect(cloud.request).toMatchObject({ outcome: 'approved' });
    });

  test('their vote passes no stage any more, from the moment of publishing', async () => {
    const { cloud, policy } = await pending();
    await cloud.play([{ do: 'vote', who: 'bob', answer: 'approve' }]);
    without(cloud, policy, 'bob', 'zoe');
    await cloud.play([{ do: 'vote', who: 'carol', answer: 'approve' }]);
    expect(cloud.request).toMatchObject({ status: 'pending', round: { votes: [{ person: 'bob' }] } });
    await swept(cloud);
    expect(cloud.request?.round).toMatchObject({ round: 2, votes: [] });
    expect(cloud.request?.round.gate.stages[0]?.approvers.map(({ person }) => person)).toEqual(['zoe', 'carol']);
  });

  test('a policy published meanwhile costs a vote nothing where nobody has voted yet, and one call where somebody has', async () => {
    const { cloud, policy } = await pending();
    cloud.fakes.publish({ ...policy, environments: { ...policy.environments, more: { gates: {} } } });
    // Until the vote is written: its mails ask for people too.
    const askedBy = async (who: 'bob' | 'carol') => {
      const from = cloud.calls.length;
      await cloud.play([{ do: 'vote', who, answer: 'approve' }]);
      const calls = cloud.calls.slice(from, cloud.calls.indexOf('log.append', from));
      return calls.filter((name) => name === 'policy.people').length;
    };
    expect(await askedBy('bob')).toBe(0);
    expect([await askedBy('carol'), cloud.request?.status]).toEqual([1, 'settled']);
  });
});
