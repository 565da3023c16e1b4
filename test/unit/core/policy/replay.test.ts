import type { Claim } from '../../../../core/claim.ts';
import type { Entry, Opened } from '../../../../core/entry.ts';
import type { Policy } from '../../../../core/policy/policy.ts';
import { replay } from '../../../../core/policy/replay.ts';
import { resolve } from '../../../../core/policy/resolve.ts';
import type { Situation } from '../../../../core/policy/situation.ts';
import { asked, checkpoint, conditions, plan, policyOf, seedWorkflows, workflow } from '../../../support/situations.ts';

const anything = { 'events:demo.*': { may_name: ['*'], environments: ['*'], facts: ['*'] } };
const policy = policyOf({
  sources: anything,
  workflows: [workflow('automatic', { criteria: conditions('tested') }), workflow('peer_review')],
});

/** The log of a request as this policy opened it. */
function past(
  of: Policy,
  claim: Partial<Claim> = {},
  more: Partial<Situation> & Pick<Partial<Opened>, 'id' | 'revisesId'> = {},
): Entry[] {
  const situation = asked(of, claim, more);
  const resolved = resolve(of, situation);
  if ('code' in resolved) throw new Error(resolved.message);
  const { now, source, excluded } = situation;
  const text = JSON.stringify(situation.payload);
  const opened: Opened = {
    ...{
      type: 'opened',
      id: 'r1',
      source,
      requestId: 'deploy-1',
      seq: 1,
      at: now,
      prev: null,
      commandId: 'c',
      round: 1,
    },
    ...{
      payload: { text },
      digest: 'd',
      shownDigest: 's',
      contentDigest: 'c',
      tasks: [],
      excluded,
      policyVersion: 'v1',
    },
    claim: situation.claim,
    verified: { via: 'event', account: '000000000000', ...(situation.verified && { person: situation.verified }) },
    ...resolved,
    ...(more.payload !== undefined && 'ref' in Object(more.payload)
      ? { payload: more.payload as Opened['payload'] }
      : {}),
    ...(more.id !== undefined && { id: more.id }),
    ...(more.revisesId !== undefined && { revisesId: more.revisesId }),
  };
  return [opened];
}

function changes(logs: Entry[][], next: Policy) {
  return replay(logs, next).different.flatMap((request) => request.changes.map(({ kind, words }) => [kind, words]));
}

describe('W5 a new policy over past requests', () => {
  test('says nothing of what it would decide alike', () => {
    expect(replay([past(policy), past(policy, { facts: { tested: true } })], policy)).toEqual({
      requests: 2,
      different: [],
    });
    expect(replay([], policy)).toEqual({ requests: 0, different: [] });
  });

  test('names the request, and what of its gate would differ', () => {
    const next: Policy = {
      ...policy,
      checkpoints: [checkpoint('security', ['dan'], { triggers: ['secrets'] })],
      workflows: [
        workflow('peer_review', {
          stage: plan(['bob', 'dan'], { name: 'peer_review', rule: 'all', timeout: 3600, criteria: ['Tested'] }),
        }),
      ],
    };
    expect(replay([past(policy, { trigger: 'secrets' })], next).different).toEqual([
      {
        id: 'r1',
        source: 'events:demo.shop@000000000000',
        requestId: 'deploy-1',
        title: 'Deploy shop',
        openedAt: '2026-11-18T10:00:00.000Z',
        policyVersion: 'v1',
        changes: [
          { kind: 'stage_added', words: "stage 'security' added: one approver" },
          {
            kind: 'stage_changed',
            words:
              "stage 'peer_review' changed: any one of 2 approvers → both approvers; 1 day → 1 hour; other criteria; would ask Dan; would not ask Carol",
          },
        ],
      },
    ]);
  });

  test('another approval workflow, and the stages that come and go with it', () => {
    expect(changes([past(policy)], { ...policy, workflows: seedWorkflows })).toEqual([
      ['workflow', 'peer_review would be expert_review'],
      ['stage_added', "stage 'expert_review' added: any one of 2 approvers"],
      ['stage_dropped', "stage 'peer_review' dropped"],
    ]);
  });

  test('what would be approved by itself, and what would not any more', () => {
    const tested = { facts: { tested: true } };
    const automatic: Policy = { ...policy, workflows: [workflow('automatic')] };
    expect(changes([past(policy)], automatic)).toEqual([
      ['automatic', 'would be approved automatically'],
      ['stage_dropped', "stage 'peer_review' dropped"],
    ]);
    const asking: Policy = { ...policy, workflows: [workflow('peer_review')] };
    expect(changes([past(automatic, tested)], asking)).toEqual([
      ['asked', 'would no longer be let through: peer_review'],
      ['stage_added', "stage 'peer_review' added: any one of 2 approvers"],
    ]);
  });

  test('what would be let through, and what would be refused: for want of people, a gate or a source', () => {
    const test: Policy = { ...policy, environments: { qa: { gates: {}, bypass: 'automatic' } } };
    expect(changes([past(policy, { environment: 'qa' })], test)).toContainEqual([
      'bypassed',
      'would be let through (test environment)',
    ]);
    expect(
      changes([past(policy)], {
        ...policy,
        workflows: [workflow('peer_review', { stage: plan(['gone'], { name: 'peer_review' }) })],
      }),
    ).toEqual([['refused', expect.stringContaining('would be refused (gate_unreachable):')]]);
    expect(changes([past(policy)], { ...policy, sources: {} })).toEqual([
      ['refused', expect.stringContaining('source_not_registered')],
    ]);
    expect(changes([past(policy)], policyOf({ sources: anything }))).toEqual([
      ['refused', expect.stringContaining('no_gate')],
    ]);
  });

  test('R6 four eyes are worked out again with the new directory', () => {
    const next = {
      ...policy,
      directory: {
        ...policy.directory,
        people: {
          ...policy.directory.people,
          bob: { name: 'Bob', email: 'bob@example.com', aliases: ['alice@example.com'] },
        },
      },
    };
    expect(changes([past(policy)], next)).toEqual([
      ['stage_changed', "stage 'peer_review' changed: any one of 2 approvers → one approver; would not ask Bob"],
    ]);
    expect(changes([past(policy, {}, { verified: 'bob' })], policy)).toEqual([]);
  });

  test('on the day of the request: hours and absences of that day count', () => {
    const away = { outOfOffice: [{ from: '2026-11-18T00:00:00Z', to: '2026-11-19T00:00:00Z', cover: 'frank' }] };
    const people = { ...policy.directory.people, bob: { name: 'Bob', email: 'bob@example.com', ...away } };
    const next = { ...policy, directory: { ...policy.directory, people } };
    expect(changes([past(policy)], next)).toEqual([
      ['stage_changed', "stage 'peer_review' changed: would ask Frank; would not ask Bob"],
    ]);
    expect(changes([past(policy, {}, { now: '2026-11-20T10:00:00.000Z' })], next)).toEqual([]);
  });

  test('a window of that time counts as far as the new policy has windows', () => {
    const stage = plan(['erin'], { name: 'window' });
    const maintenance = { stage, longest: 7200, environments: ['*'], stakeholders: [], notice: 60, validation: stage };
    const window = {
      id: 'w',
      from: '2026-11-18T09:00:00Z',
      to: '2026-11-18T11:00:00Z',
      environments: ['*'],
      sources: ['*'],
    };
    const log = past({ ...policy, maintenance }, {}, { standing: { load: {}, windows: [window] } });
    expect(changes([log], { ...policy, maintenance })).toEqual([]);
    expect(changes([log], policy)).toContainEqual(['asked', 'would no longer be let through: peer_review']);
    expect(changes([log], { ...policy, maintenance: { ...maintenance, environments: ['staging'] } })).toContainEqual([
      'asked',
      expect.anything(),
    ]);
  });

  test('whom load would have picked is not compared', () => {
    const spread = (approvers: string[]): Policy => ({
      ...policy,
      workflows: [workflow('peer_review', { stage: plan(approvers, { name: 'p', assign: 'least_loaded' }) })],
    });
    expect(changes([past(spread(['bob', 'carol']))], spread(['carol', 'dan']))).toEqual([]);
  });

  test('a gate of an earlier version, whose stages say no rule, is compared by name', () => {
    const [opened] = past(policy);
    const old = {
      ...opened,
      gate: { workflow: 'peer_review', stages: (opened as Opened).gate.stages.map(({ from: _, ...stage }) => stage) },
    } as Opened;
    expect(changes([[old]], policy)).toEqual([]);
  });

  test('a payload that is not at hand is unknown, and said to be', () => {
    const ref = { ref: { bucket: 'b', key: 'k', versionId: 'v', digest: 'd' }, bytes: 9000 };
    const big = past(policy, {}, { payload: ref as never });
    expect(replay([big], policy).different).toEqual([]);
    const next: Policy = {
      ...policy,
      workflows: [workflow('automatic', { criteria: conditions('payload.replicas > 2.0') })],
    };
    expect(replay([big, past(policy)], next).different).toMatchObject([
      { withoutPayload: true, changes: [{ kind: 'workflow' }, {}, {}] },
      { changes: [{ kind: 'automatic' }, {}] },
    ]);
    expect(replay([past(policy)], next).different[0]).not.toHaveProperty('withoutPayload');
  });

  test('who asked to be asked again about a revised request is asked, where its log is at hand', () => {
    const again = past(policy, { revises: 'deploy-0' }, { again: ['dan'], revisesId: 'r0' });
    const vote = { type: 'decided', person: 'dan', again: true } as Entry;
    const revised = [...past(policy, {}, { id: 'r0' }), vote, vote];
    expect(changes([again, revised], policy)).toEqual([]);
    expect(changes([again], policy)).toEqual([['stage_dropped', "stage 'again' dropped"]]);
  });

  test('what is no opening is passed over', () => {
    expect(replay([[{ type: 'decided' } as Entry], []], policy)).toEqual({ requests: 0, different: [] });
  });
});
