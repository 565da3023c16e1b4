import type { Rule } from '../../../../../core/gate.ts';
import type { Person } from '../../../../../core/policy/policy.ts';
import { resolve } from '../../../../../core/policy/resolve.ts';
import { asked, plan, policyOf } from '../../../../support/situations.ts';

const away = (cover?: string): Partial<Person> => ({
  outOfOffice: [{ from: '2026-11-18T00:00:00Z', to: '2026-11-19T00:00:00Z', ...(cover && { cover }) }],
});

/** Who sits in a stage of these, for a request by alice unless said otherwise; `bob<carol`: bob, for carol. */
function seats(
  approvers: string[],
  rule: Rule,
  people: Record<string, Partial<Person>>,
  requestedBy = 'alice@example.com',
) {
  const policy = policyOf({
    people,
    environments: { any: { gates: { low: { stages: [plan(approvers, { rule })] } } } },
  });
  const resolved = resolve(policy, asked(policy, { requestedBy }));
  if ('code' in resolved) return resolved.message;
  return resolved.gate.stages[0]?.approvers.map(({ person, via }) => [person, ...(via ?? []).toReversed()].join('<'));
}

describe('whoever is away', () => {
  test('is covered for, under every rule, in their own place', () => {
    for (const rule of ['all', 'any', { quorum: 2 }] as Rule[])
      expect(seats(['bob', 'dan'], rule, { bob: away('erin') })).toEqual(['erin<bob', 'dan']);
    expect(seats(['bob', 'dan'], 'all', { bob: away('carol'), carol: away('erin') })).toEqual([
      'erin<carol<bob',
      'dan',
    ]);
  });

  test('without a cover is left out where the others suffice, and kept where they do not', () => {
    expect(seats(['bob', 'dan'], 'any', { bob: away() })).toEqual(['dan']);
    expect(seats(['bob', 'dan', 'erin'], { quorum: 2 }, { bob: away() })).toEqual(['dan', 'erin']);
    expect(seats(['bob', 'dan'], { quorum: 2 }, { bob: away() })).toEqual(['bob', 'dan']);
    expect(seats(['bob', 'dan', 'erin'], { quorum: 2 }, { bob: away(), dan: away() })).toEqual(['bob', 'erin']);
  });

  test('without a cover stays in a stage of all: an absence makes no gate weaker', () => {
    expect(seats(['bob', 'dan'], 'all', { bob: away() })).toEqual(['bob', 'dan']);
    expect(seats(['bob', 'dan'], 'all', { bob: away('dan') })).toEqual(['bob', 'dan']);
  });

  test('R7 a cover who sits already, or covers for another, has one seat', () => {
    expect(seats(['bob', 'dan', 'erin'], { quorum: 2 }, { bob: away('dan') })).toEqual(['dan', 'erin']);
    expect(seats(['bob', 'carol', 'dan'], { quorum: 2 }, { bob: away('erin'), carol: away('erin') })).toEqual([
      'erin<bob',
      'dan',
    ]);
    expect(seats(['bob', 'carol'], 'all', { bob: away('erin'), carol: away('erin') })).toEqual(['erin<bob', 'carol']);
    expect(seats(['bob', 'dan'], 'any', { bob: away('twin'), twin: { email: 'Dan+x@example.com' } })).toEqual(['dan']);
  });
});

describe('R7 one human, one seat', () => {
  const twin = (...emails: [string, ...string[]]): Partial<Person> => {
    const [email, ...aliases] = emails;
    return { email, aliases };
  };

  test('two keys that share one of their mailboxes are one', () => {
    const people = { twin: twin('twin@example.com', 'bob@example.com') };
    expect(seats(['bob', 'twin', 'dan'], 'any', people)).toEqual(['bob', 'dan']);
    expect(seats(['twin', 'bob', 'dan'], 'any', people)).toEqual(['twin', 'dan']);
  });

  test('a cover who is another one of the stage by one of their mailboxes has no second seat', () => {
    const people = { bob: away('twin'), twin: twin('twin@example.com', 'dan@example.com') };
    expect(seats(['bob', 'dan'], 'any', people)).toEqual(['dan']);
  });

  test('and covers for nobody in a stage of all: an absence makes no gate weaker', () => {
    const people = { bob: away('twin'), twin: twin('dan@example.com') };
    expect(seats(['bob', 'dan'], 'all', people)).toEqual(['bob', 'dan']);
    expect(seats(['bob', 'dan'], { quorum: 2 }, people)).toEqual(['bob', 'dan']);
  });
});

describe('R18 a stage keeps by what its seats came', () => {
  const stageOf = (approvers: string[], rule: Rule, people: Record<string, Partial<Person>>) => {
    const stages = [plan(approvers, { rule })];
    const policy = policyOf({ people, environments: { any: { gates: { low: { stages } } } } });
    const resolved = resolve(policy, asked(policy, { requestedBy: 'alice@example.com' }));
    return 'code' in resolved ? undefined : resolved.gate.stages[0];
  };

  test('its groups, and of the people named those whose seats there are', () => {
    expect(stageOf(['expert', 'bob'], 'any', {})?.asks).toEqual(['expert', 'bob']);
    expect(stageOf(['expert', 'bob', 'erin'], 'any', { bob: away('carol'), erin: away() })?.asks).toEqual([
      'expert',
      'bob',
    ]);
  });

  test('where one from each is needed, for whom somebody with a seat of their own speaks besides', () => {
    const speaking = stageOf(['bob', 'erin', 'dan'], 'one_from_each', { bob: away('dan') });
    expect(speaking?.approvers.map(({ person, also }) => [person, also])).toContainEqual(['dan', ['bob']]);
    expect(stageOf(['bob', 'dan'], 'any', { bob: away('dan') })?.approvers).toEqual([
      { person: 'dan', name: 'Dan', address: 'dan@example.com' },
    ]);
  });
});

describe('W4 four eyes along the chain', () => {
  test('the requester and authors cover for nobody, in whatever disguise', () => {
    for (const requester of ['erin@example.com', 'Er1n+x@EXAMPLE.com']) {
      expect(seats(['bob', 'dan'], 'any', { bob: away('erin') }, requester)).toEqual(['dan']);
      expect(seats(['bob', 'dan'], 'any', { bob: away('carol'), carol: away('erin') }, requester)).toEqual(['dan']);
      expect(seats(['bob', 'dan'], 'all', { bob: away('erin') }, requester)).toEqual(['bob', 'dan']);
    }
  });

  test('nobody sits in the place of somebody excluded, who could not vote there', () => {
    expect(seats(['bob', 'dan'], 'all', { bob: away('erin') }, 'bob@example.com')).toEqual(['dan']);
    expect(seats(['bob', 'dan'], 'all', { bob: away('erin') }, 'B0b+x@EXAMPLE.com')).toEqual(['dan']);
    expect(seats(['bob', 'dan'], 'all', { bob: away('alice'), alice: away('erin') })).toEqual(['bob', 'dan']);
    expect(seats(['bob', 'dan'], 'any', { bob: away('alice'), alice: away('erin') })).toEqual(['dan']);
  });

  test('W1 where the requester alone is asked, their cover is not asked instead: it says so at once', () => {
    expect(seats(['bob'], 'any', { bob: away('erin') }, 'bob@example.com')).toBe(
      "The stage 'review' needs 1 approver and nobody is left: Bob asked for this or wrote it, so somebody else has to decide.",
    );
  });
});
