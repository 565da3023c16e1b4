import { limits } from '../../../../../core/limits.ts';
import type { StagePlan } from '../../../../../core/policy/policy.ts';
import { matched, shortOfPeople } from '../../../../../core/policy/resolve/matching.ts';
import { resolve } from '../../../../../core/policy/resolve.ts';
import { asked, person, plan, policyOf } from '../../../../support/situations.ts';

function resolved(stages: StagePlan[], claim = {}, people = {}) {
  const policy = policyOf({ people, environments: { any: { gates: { low: { stages } } } } });
  return resolve(policy, asked(policy, claim));
}

/** Why a gate of this stage cannot be met. */
function why(approvers: string[], more: Partial<StagePlan> = {}, claim = {}, people = {}) {
  const made = resolved([plan(approvers, more)], claim, people);
  return 'code' in made && made.code === 'gate_unreachable' ? made.message : made;
}

describe('W1 a gate that cannot be met names the part and exactly why', () => {
  test('nobody of that name, an empty group, too few of them', () => {
    expect(why(['architects', 'nobody'])).toBe(
      "The stage 'review' needs 1 approver and nobody is left: the directory has no person, group or role 'architects'; 'nobody' has no members.",
    );
    expect(why(['expert'], { rule: { quorum: 3 } })).toBe(
      "The stage 'review' needs 3 approvers and only 2 of them are left.",
    );
    expect(why(['a', 'b', 'c'])).toBe(
      "The stage 'review' needs 1 approver and nobody is left: the directory has no person, group or role 'a', 'b' and 'c'.",
    );
  });

  test('who asked for it, and who is somebody else by the same mailbox', () => {
    expect(
      why(
        ['peer', 'twin'],
        { rule: { quorum: 3 } },
        { authors: ['carol@example.com'] },
        { twin: { email: 'BOB@example.com' } },
      ),
    ).toBe(
      "The stage 'review' needs 3 approvers and only 1 of them is left: Alice, Carol asked for this or wrote it, so somebody else has to decide; Twin shares a mailbox with another of them, and one human counts once.",
    );
  });

  test('a group of which nobody is left', () => {
    expect(why(['peer', 'technical_lead'], { rule: 'one_from_each' }, { authors: ['erin@example.com'] })).toBe(
      "The stage 'review' needs one from each of 'peer' and 'technical_lead', and nobody is left of 'technical_lead': Erin asked for this or wrote it, so somebody else has to decide.",
    );
  });

  test('groups that share too few people', () => {
    expect(why(['expert', 'technical_lead'], { rule: 'one_from_each' }, { authors: ['dan@example.com'] })).toContain(
      "'technical_lead' and 'expert' have only Erin left between them, and one person speaks for one group",
    );
  });

  test('each stage that cannot be met, by its place', () => {
    expect(resolved([plan(['nobody']), plan(['bob']), plan(['x'], { name: 'second' })])).toMatchObject({
      code: 'gate_unreachable',
      status: 403,
      errors: [{ path: 'stages.0' }, { path: 'stages.2', message: expect.stringContaining("The stage 'second'") }],
    });
  });

  test('more people than a stage can hold', () => {
    const keys = Array.from({ length: limits.approversPerStage + 1 }, (_, i) => `p${i}`);
    const people = Object.fromEntries(keys.map((key) => [key, person(key)]));
    expect(why(keys, {}, {}, people)).toContain("The stage 'review' would ask 51 people, more than the 50");
    expect(resolved([plan(keys.slice(1))], {}, people)).toHaveProperty('gate');
    expect(resolved([plan(keys, { assign: 'round_robin' })], {}, people)).toMatchObject({
      gate: { stages: [{ approvers: [{ person: 'p0' }] }] },
    });
  });
});

describe('a stage as the policy plans it', () => {
  const stageOf = (more: Partial<StagePlan> = {}, claim = {}) => {
    const made = resolved([plan(['bob', 'carol'], more)], claim);
    if ('code' in made) throw new Error(made.message);
    return made.gate.stages[0];
  };

  test('keeps all that the plan says of it', () => {
    const said = {
      rule: { quorum: 2 },
      timeout: 60,
      criteria: ['tests pass'],
      order: 'sequential',
      comment: 'always',
      veto: true,
      assurance: 'link',
    } as const;
    expect(stageOf({ ...said, criteria: [...said.criteria] })).toMatchObject(said);
    expect(stageOf({ veto: false })).toHaveProperty('veto', false);
  });

  test('says nothing of what the plan does not', () => {
    const unsaid = ['criteria', 'without', 'order', 'groups', 'comment', 'veto', 'delegateTo', 'assurance', 'assigned'];
    for (const key of unsaid) expect(stageOf()).not.toHaveProperty(key);
    for (const approver of stageOf()?.approvers ?? []) expect(approver).not.toHaveProperty('via');
  });

  test('R6 an address that could be anybody’s keeps those out that it could be, and refuses a stage of all alone', () => {
    const odd = { authors: ['c\u4e00\u4e00@example.com'] };
    expect(stageOf({ rule: 'any' }, odd)).toMatchObject({
      approvers: [{ person: 'bob' }],
      without: [{ person: 'carol' }],
    });
    expect(why(['bob', 'carol'], { rule: 'all' }, odd)).toBe(
      "The stage 'review' needs everybody, and somebody named in the request cannot be told from Carol.",
    );
  });
});

describe('one from each group', () => {
  test('asks everybody in any of the groups, and says who is in which', () => {
    expect(resolved([plan(['peer', 'expert', 'erin'], { rule: 'one_from_each' })])).toMatchObject({
      gate: {
        stages: [
          {
            rule: 'one_from_each',
            approvers: ['bob', 'carol', 'dan', 'erin'].map((key) => ({ person: key })),
            without: [{ person: 'alice' }],
            groups: [
              { name: 'peer', people: ['bob', 'carol'] },
              { name: 'expert', people: ['dan', 'erin'] },
              { name: 'erin', people: ['erin'] },
            ],
          },
        ],
      },
    });
  });

  const awayFor = (cover?: string) => ({
    outOfOffice: [{ from: '2026-11-18T00:00:00Z', to: '2026-11-19T00:00:00Z', ...(cover && { cover }) }],
  });
  const each = (groups: string[], people = {}) => {
    const made = resolved([plan(groups, { rule: 'one_from_each' })], {}, people);
    if ('code' in made) return made.message;
    return made.gate.stages[0]?.groups?.map(({ people }) => people);
  };

  test('a cover speaks for the group of whose seat it is', () => {
    expect(each(['technical_lead', 'on_call_engineer'], { erin: awayFor('dan') })).toEqual([['dan'], ['frank']]);
    // Who has a seat already may speak for the other's group instead of their own.
    expect(each(['technical_lead', 'expert'], { erin: awayFor('frank') })).toEqual([['frank'], ['dan', 'frank']]);
    expect(each(['technical_lead', 'dan'], { erin: awayFor('dan') })).toEqual([['dan', 'erin'], ['dan']]);
  });

  test('who is away without a cover is asked only where the group needs them', () => {
    expect(each(['expert', 'on_call_engineer'], { erin: awayFor() })).toEqual([['dan'], ['frank']]);
    expect(each(['technical_lead', 'on_call_engineer'], { erin: awayFor() })).toEqual([['erin'], ['frank']]);
  });
});

describe('giving each group a person of its own', () => {
  const groups = [
    { name: 'a', people: ['x', 'y'] },
    { name: 'b', people: ['x'] },
    { name: 'c', people: ['x', 'y', 'z'] },
  ];
  test('moves people round until as many groups as possible have one', () => {
    expect(matched(groups, ['x', 'y', 'z'])).toEqual(
      new Map([
        ['x', 1],
        ['y', 0],
        ['z', 2],
      ]),
    );
    expect(matched(groups, ['x', 'y']).size).toBe(2);
    expect(matched(groups, []).size).toBe(0);
    expect(shortOfPeople(groups, ['x', 'y', 'z'])).toEqual([]);
  });

  test('names the groups that are short, with the people they share', () => {
    expect(shortOfPeople(groups, ['x', 'y'])).toEqual([{ groups: ['c', 'b', 'a'], people: ['x', 'y'] }]);
    expect(shortOfPeople(groups, ['y', 'z'])).toEqual([{ groups: ['b'], people: [] }]);
  });
});
