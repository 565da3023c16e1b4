import type { Claim } from '../../../../core/claim.ts';
import type { Entry, Opened } from '../../../../core/entry.ts';
import type { Policy, StagePlan } from '../../../../core/policy/policy.ts';
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

/** Of each change, whether it makes the gate weaker, and its words. */
function weakerIn(logs: Entry[][], next: Policy) {
  return replay(logs, next).different.flatMap((request) =>
    request.changes.map(({ weaker, words }) => [weaker === true, words]),
  );
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
      ['stage_dropped', "stage 'peer_review' dropped; Dan would be enough"],
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
      ['stage_changed', "stage 'peer_review' changed: would ask Frank; would not ask Bob; Frank would be enough"],
    ]);
    expect(changes([past(policy, {}, { now: '2026-11-20T10:00:00.000Z' })], next)).toEqual([]);
    // Who would have been there themselves has the same seat: that is not weaker.
    expect(weakerIn([past(next)], policy)).toEqual([
      [false, "stage 'peer_review' changed: would ask Bob; would not ask Frank"],
    ]);
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

  test('whom load would have picked is not compared, but among whom it chooses is', () => {
    const spread = (approvers: string[], more: Partial<StagePlan> = {}): Policy => ({
      ...policy,
      workflows: [workflow('peer_review', { stage: plan(approvers, { name: 'p', assign: 'least_loaded', ...more }) })],
    });
    const busy = { standing: { load: { bob: { open: 9 }, carol: { open: 1 } }, windows: [] } };
    const log = past(spread(['bob', 'carol']), {}, busy);
    expect((log[0] as Opened).gate.stages[0]?.approvers).toMatchObject([{ person: 'carol' }]);
    expect(weakerIn([log], spread(['bob', 'carol']))).toEqual([]);
    expect(weakerIn([log], spread(['carol', 'dan']))).toEqual([
      [true, "stage 'p' changed: could be delegated to Dan; could not be delegated to Bob; Dan would be enough"],
    ]);
    expect(weakerIn([log], spread(['bob', 'carol'], { assign: undefined } as never))).toEqual([
      [
        true,
        "stage 'p' changed: one approver → any one of 2 approvers; would ask everybody, not only whom load picks; Bob would be enough",
      ],
    ]);
    const fixed = { delegateTo: [] };
    const unknown = past(spread(['bob', 'carol'], fixed), {}, busy);
    expect(weakerIn([unknown], spread(['bob', 'carol'], fixed))).toEqual([]);
    const two = past(spread(['bob', 'carol', 'dan'], { ...fixed, rule: { quorum: 2 } }));
    expect(weakerIn([two], spread(['bob', 'carol', 'dan'], fixed))).toEqual([
      [true, "stage 'p' changed: 2 of 2 approvers → one approver"],
    ]);
  });

  test('what cannot be worked out may be weaker, and counts as that', () => {
    const stage = (more: Partial<StagePlan>) => plan(['bob', 'carol'], { name: 'p', delegateTo: [], ...more });
    const asking = (more: Partial<StagePlan>): Policy => ({
      ...policy,
      workflows: [workflow('peer_review', { stage: stage(more) })],
    });
    const [one] = replay([past(asking({}))], asking({ assign: 'round_robin' })).different;
    expect(one?.changes).toEqual([
      {
        kind: 'stage_changed',
        words:
          "stage 'p' changed: any one of 2 approvers → one approver; would ask only whom load picks; whom load would pick cannot be told",
        weaker: true,
        undecided: true,
      },
    ]);
    const many = Array.from({ length: 9 }, (_, i) => `p${i}`);
    const people = Object.fromEntries(many.map((key) => [key, {}]));
    const crowd = (more: Partial<StagePlan>) =>
      policyOf({ sources: anything, people, workflows: [workflow('peer_review', { stage: plan(many, more) })] });
    const each = crowd({ rule: 'one_from_each' });
    expect(weakerIn([past(each)], each)).toEqual([]);
    for (const [was, is] of [
      [each, crowd({ rule: { quorum: 8 } })],
      [crowd({ rule: { quorum: 8 } }), each],
    ] as const)
      expect(replay([past(was)], is).different[0]?.changes).toMatchObject([{ kind: 'stage_changed' }]);
    expect(replay([past(each)], crowd({ rule: { quorum: 8 } })).different[0]?.changes).toMatchObject([
      { weaker: true, undecided: true, words: expect.stringContaining('is too much to work out') },
    ]);
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
    expect(changes([again], policy)).toEqual([['stage_dropped', "stage 'again' dropped; Bob would be enough"]]);
  });

  test('what is no opening is passed over', () => {
    expect(replay([[{ type: 'decided' } as Entry], []], policy)).toEqual({ requests: 0, different: [] });
  });
});

describe('W5 a gate is weaker', () => {
  /** dan decides by a gate of the environment, unless said otherwise. */
  const gated = (more: Partial<StagePlan>, then: Partial<Policy> = {}): Policy =>
    policyOf({
      sources: anything,
      environments: {
        production: { gates: { low: { stages: [plan(more.approvers ?? ['dan'], { name: 'review', ...more })] } } },
      },
      ...then,
    });
  const two = ['dan', 'erin'];
  const peers = [workflow('peer_review')];

  test.each<[string, Policy, Policy, string]>([
    [
      'where another is enough',
      gated({}),
      gated({ approvers: ['bob'] }),
      'would ask Bob; would not ask Dan; Bob would be enough',
    ],
    [
      'where more may decide alone',
      gated({}),
      gated({ approvers: ['dan', 'bob', 'carol'] }),
      'one approver → any one of 3 approvers; would ask Bob, Carol; Bob would be enough',
    ],
    [
      'where fewer have to agree',
      gated({ approvers: two, rule: 'all' }),
      gated({ approvers: two, rule: 'any' }),
      'both approvers → any one of 2 approvers; Dan would be enough',
    ],
    [
      'where as many are needed, of more',
      gated({ approvers: two, rule: { quorum: 2 } }),
      gated({ approvers: ['everybody'], rule: { quorum: 2 } }),
      '2 of 2 approvers → 2 of 5 approvers; would ask Bob, Carol, Frank; Bob, Carol would be enough',
    ],
    [
      'where one from each group becomes as many of anybody',
      gated({ approvers: ['expert', 'frank'], rule: 'one_from_each' }),
      gated({ approvers: ['dan', 'erin', 'frank'], rule: { quorum: 2 } }),
      'one from each of expert, frank → 2 of 3 approvers; Dan, Erin would be enough',
    ],
    [
      'where fewer answers have to say why',
      gated({ comment: 'always' }),
      gated({ comment: 'unless_approved' }),
      'an answer must say why: always → unless it approves',
    ],
    [
      'where none has to',
      gated({ comment: 'unless_approved' }),
      gated({}),
      'an answer must say why: unless it approves → never',
    ],
    [
      'where it may be handed on to more people',
      gated({ delegateTo: [] }),
      gated({ delegateTo: ['peer', 'dan'] }),
      'could be delegated to Bob, Carol',
    ],
    ['where it is less sure who answers', gated({ assurance: 'link' }), gated({}), 'assurance: link → none'],
    [
      'where they are not asked one after the other any more',
      gated({ approvers: two, rule: 'all', order: 'sequential' }),
      gated({ approvers: two, rule: 'all' }),
      'both approvers, in turn → both approvers',
    ],
    [
      'where somebody else comes first, who is enough',
      gated({ approvers: two, order: 'sequential' }),
      gated({ approvers: ['erin', 'dan'], order: 'sequential' }),
      'in another order',
    ],
    [
      'where less is to be confirmed',
      gated({ criteria: ['Tested', 'Announced'] }),
      gated({ criteria: ['Tested'] }),
      'other criteria',
    ],
    [
      'where one rejection does not reject any more',
      gated({ approvers: two, veto: true }),
      gated({ approvers: two }),
      'any one of 2 approvers; one rejection is enough to reject → any one of 2 approvers',
    ],
    [
      'where fewer may reject by themselves',
      gated({ approvers: ['dan', 'erin', 'frank'], veto: true }),
      gated({ approvers: two, veto: true }),
      'any one of 3 approvers; one rejection is enough to reject → any one of 2 approvers; one rejection is enough to reject; would not ask Frank',
    ],
  ])('%s', (_, before, after, words) => {
    const log = past(before);
    expect(weakerIn([log], after)).toEqual([[true, `stage 'review' changed: ${words}`]]);
    expect(weakerIn([log], before)).toEqual([]);
  });

  test.each<[string, Policy, Policy, string[]]>([
    [
      'fewer people of whom as many are needed',
      gated({ approvers: ['dan', 'erin', 'frank'], rule: { quorum: 2 } }),
      gated({ approvers: two, rule: { quorum: 2 } }),
      ["stage 'review' changed: 2 of 3 approvers → 2 of 2 approvers; would not ask Frank"],
    ],
    [
      'all of more people',
      gated({}),
      gated({ approvers: two, rule: 'all' }),
      ["stage 'review' changed: one approver → both approvers; would ask Erin"],
    ],
    [
      'a later time, which is said',
      gated({ timeout: 3600 }),
      gated({ timeout: 7200 }),
      ["stage 'review' changed: 1 hour → 2 hours"],
    ],
    [
      'what asks more of whoever answers',
      gated({ delegateTo: ['bob'] }),
      gated({ delegateTo: [], comment: 'always', criteria: ['Tested'], assurance: 'link', veto: true }),
      [
        "stage 'review' changed: one approver → one approver; one rejection is enough to reject; other criteria; an answer must say why: never → always; assurance: none → link; could not be delegated to Bob",
      ],
    ],
    [
      'whom it may be handed on to sits there now',
      gated({ approvers: ['dan', 'bob'], rule: { quorum: 1 } }),
      gated({ delegateTo: ['bob'] }),
      ["stage 'review' changed: 1 of 2 approvers → one approver; would not ask Bob"],
    ],
    [
      'the same stage under another name',
      gated({ name: 'review', comment: 'always' }),
      gated({ name: 'release', comment: 'always' }),
      ["stage 'release' added: one approver", "stage 'review' dropped; 'release' asks no less"],
    ],
    [
      'more people in one stage, where another needs those of before',
      gated({}, { workflows: peers }),
      gated({ approvers: two, rule: 'all' }, { workflows: peers }),
      ["stage 'review' changed: one approver → both approvers; would ask Erin"],
    ],
  ])('but not by %s', (_, before, after, words) => {
    expect(weakerIn([past(before)], after)).toEqual(words.map((each) => [false, each]));
  });

  test('a stage that is called otherwise and asks less of who answers is one dropped', () => {
    const log = past(gated({ name: 'review', comment: 'always' }));
    expect(weakerIn([log], gated({ name: 'release' }))).toEqual([
      [false, "stage 'release' added: one approver"],
      [true, "stage 'review' dropped"],
    ]);
  });

  test('people are compared in the gate as a whole: wider here is not weaker where those of before are asked there', () => {
    const asking = (approvers: string[]) => checkpoint('security', approvers, { triggers: ['secrets'] });
    const before = gated({}, { checkpoints: [asking(['dan'])] });
    const after = gated({}, { checkpoints: [asking(two)] });
    expect(weakerIn([past(before, { trigger: 'secrets' })], after)).toEqual([
      [false, "stage 'security' changed: one approver → any one of 2 approvers; would ask Erin"],
    ]);
  });

  test('one from each group, handed on: what stays in the groups is no weaker than what leaves them', () => {
    const each = (more: Partial<StagePlan>) => gated({ approvers: ['peer', 'expert'], rule: 'one_from_each', ...more });
    const log = past(each({ delegateTo: [] }));
    expect(weakerIn([log], each({ delegateTo: ['frank'] }))).toEqual([
      [true, "stage 'review' changed: could be delegated to Frank"],
    ]);
    expect(weakerIn([log], each({}))).toEqual([]);
  });

  test('where it is let through by a test environment, which no window and no override was needed for', () => {
    const stage = plan(['erin'], { name: 'window' });
    const maintenance = { stage, longest: 7200, environments: ['*'], stakeholders: [], notice: 60, validation: stage };
    const windows = [
      {
        ...{ id: 'w', from: '2026-11-18T09:00:00Z', to: '2026-11-18T11:00:00Z' },
        ...{ environments: ['*'], sources: ['*'] },
      },
    ];
    const qa = { environment: 'qa' };
    const inWindow = past({ ...policy, maintenance }, qa, { standing: { load: {}, windows } });
    const test: Policy = { ...policy, maintenance, environments: { qa: { gates: {}, bypass: 'automatic' } } };
    expect(weakerIn([inWindow], test)).toEqual([
      [true, 'would be let through (test environment, not maintenance window)'],
    ]);
    const automatic: Policy = { ...policy, workflows: [workflow('automatic')] };
    expect(weakerIn([past(test, qa)], automatic)).toEqual([[false, 'would be approved automatically']]);
    expect(weakerIn([inWindow], automatic)).toEqual([[true, 'would be approved automatically']]);
  });
});
