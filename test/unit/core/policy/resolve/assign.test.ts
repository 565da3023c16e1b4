import type { Person, StagePlan } from '../../../../../core/policy/policy.ts';
import { resolve } from '../../../../../core/policy/resolve.ts';
import type { Standing } from '../../../../../core/policy/situation.ts';
import { standingNeeded } from '../../../../../core/policy/standing-needed.ts';
import { asked, plan, policyOf } from '../../../../support/situations.ts';

type Load = Standing['load'];

function stageWith(more: Partial<StagePlan>, load?: Load, people: Record<string, Partial<Person>> = {}) {
  const stages = [plan(['bob', 'carol', 'dan', 'erin'], more)];
  const policy = policyOf({ people, environments: { any: { gates: { low: { stages } } } } });
  const resolved = resolve(policy, asked(policy, {}, { ...(load && { standing: { load, windows: [] } }) }));
  if ('code' in resolved) throw new Error(resolved.message);
  return resolved.gate.stages[0];
}

function picked(more: Partial<StagePlan>, load?: Load, people: Record<string, Partial<Person>> = {}) {
  return stageWith(more, load, people)?.approvers.map(({ person }) => person);
}

const loads: Load = {
  bob: { open: 3, last: '2026-11-18T09:00:00Z' },
  carol: { open: 1, last: '2026-11-18T09:30:00.000Z' },
  dan: { open: 1, last: '2026-11-17T09:00:00Z' },
  erin: { open: 2 },
};

describe('a stage that chooses', () => {
  test('asks who has least to decide, and no more people than the rule needs', () => {
    expect(picked({ assign: 'least_loaded' }, loads)).toEqual(['carol']);
    expect(picked({ assign: 'least_loaded', rule: { quorum: 2 } }, loads)).toEqual(['carol', 'dan']);
    expect(picked({ assign: 'least_loaded', rule: { quorum: 3 } }, loads)).toEqual(['carol', 'dan', 'erin']);
  });

  test('or who was asked longest ago, those never asked first', () => {
    expect(picked({ assign: 'round_robin' }, loads)).toEqual(['erin']);
    expect(picked({ assign: 'round_robin', rule: { quorum: 3 } }, loads)).toEqual(['bob', 'dan', 'erin']);
  });

  test('asks everybody where the rule is all, and where it does not choose', () => {
    expect(picked({ assign: 'least_loaded', rule: 'all' }, loads)).toEqual(['bob', 'carol', 'dan', 'erin']);
    expect(picked({}, loads)).toEqual(['bob', 'carol', 'dan', 'erin']);
  });

  test('asks those first who are within their working hours', () => {
    const asleep = { hours: { days: ['wed'], from: '11:00', to: '12:00' } };
    expect(picked({ assign: 'least_loaded' }, loads, { carol: asleep, dan: asleep })).toEqual(['erin']);
    const all = Object.fromEntries(['bob', 'carol', 'dan', 'erin'].map((key) => [key, asleep]));
    expect(picked({ assign: 'least_loaded' }, loads, all)).toEqual(['carol']);
  });

  test('goes by the directory’s order where nothing is known, and takes who is not known of last', () => {
    expect(picked({ assign: 'least_loaded', approvers: ['erin', 'dan'] })).toEqual(['dan']);
    expect(picked({ assign: 'least_loaded' }, { erin: { open: 9 } })).toEqual(['erin']);
    expect(picked({ assign: 'round_robin', approvers: ['erin', 'dan'] }, {})).toEqual(['dan']);
  });

  test('says so in the gate, and lets the seat be handed to the others', () => {
    expect(stageWith({ assign: 'least_loaded' }, loads)).toMatchObject({
      assigned: true,
      delegateTo: ['bob', 'carol', 'dan', 'erin'],
    });
    expect(stageWith({ assign: 'least_loaded', rule: 'all' }, loads)).not.toHaveProperty('assigned');
    expect(stageWith({}, loads)).not.toHaveProperty('assigned');
  });

  test('chooses one for each group, and nobody for two', () => {
    const groups = { approvers: ['peer', 'technical_lead', 'expert'], rule: 'one_from_each' as const };
    const stage = stageWith({ ...groups, assign: 'least_loaded' }, loads);
    expect(stage?.approvers.map(({ person }) => person)).toEqual(['carol', 'erin', 'dan']);
    expect(stage?.groups).toEqual([
      { name: 'peer', people: ['carol'] },
      { name: 'technical_lead', people: ['erin'] },
      { name: 'expert', people: ['dan', 'erin'] },
    ]);
  });
});

test('R7 a stage of one from each passes over whoever brings no group more, though they have less to decide', () => {
  const rule = 'one_from_each' as const;
  const idle = { bob: { open: 0 }, carol: { open: 0 }, dan: { open: 5 }, erin: { open: 9 } };
  const stage = stageWith({ approvers: ['peer', 'expert'], rule, assign: 'least_loaded' }, idle);
  expect(stage?.approvers.map(({ person }) => person)).toEqual(['bob', 'dan']);
  expect(stage?.groups).toEqual([
    { name: 'peer', people: ['bob'] },
    { name: 'expert', people: ['dan'] },
  ]);
});

describe('to whom a seat may be handed on', () => {
  test('whom the stage names, and whom the rule adds', () => {
    expect(stageWith({ assign: 'least_loaded', delegateTo: ['frank'] })?.delegateTo).toEqual([
      'bob',
      'carol',
      'dan',
      'erin',
      'frank',
    ]);
    expect(stageWith({ delegateTo: ['frank'] })?.delegateTo).toEqual(['bob', 'carol', 'dan', 'erin', 'frank']);
  });

  test('nobody, where the rule says so, or where everybody sits already or asked for it', () => {
    expect(stageWith({ assign: 'least_loaded', delegateTo: [] })).not.toHaveProperty('delegateTo');
    expect(stageWith({})).not.toHaveProperty('delegateTo');
    expect(stageWith({ delegateTo: ['alice'] })).not.toHaveProperty('delegateTo');
  });
});

describe('what has to be read first', () => {
  const choosing = policyOf({
    people: { bob: { outOfOffice: [{ from: '2026-11-18T00:00:00Z', to: '2026-11-19T00:00:00Z', cover: 'frank' }] } },
    environments: {
      any: { gates: { low: { stages: [plan(['bob', 'dan'], { assign: 'least_loaded' }), plan(['erin'])] } } },
    },
  });
  test('is the load of those among whom a stage chooses, covers included', () => {
    expect(standingNeeded(choosing, asked(choosing))).toEqual({ people: ['frank', 'dan'] });
  });

  test('is nothing for most requests', () => {
    expect(standingNeeded(choosing, asked(choosing, { risk: 'high' }))).toBeUndefined();
    expect(standingNeeded(policyOf(), asked(policyOf()))).toBeUndefined();
  });

  test('is the windows, where the policy has maintenance windows', () => {
    const stage = plan(['erin'], { assign: 'round_robin' });
    const maintenance = { stage, longest: 60, environments: ['*'], stakeholders: [], notice: 60, validation: stage };
    expect(standingNeeded(policyOf({ maintenance }), asked(policyOf()))).toEqual({ people: [] });
  });

  test('is the load of those asked for an override', () => {
    const stage = plan(['expert'], { assign: 'round_robin' });
    const policy = policyOf({ emergency: { criteria: [], stage, actFirst: [], review: stage } });
    const claim = { override: { justification: 'x' } };
    expect(standingNeeded(policy, asked(policy, claim))).toEqual({ people: ['dan', 'erin'] });
    expect(standingNeeded(policyOf(), asked(policyOf(), claim))).toBeUndefined();
  });
});
