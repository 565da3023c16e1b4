import { limits } from '../../../../../core/limits.ts';
import { checkpointVerdicts } from '../../../../../core/policy/resolve/checkpoints.ts';
import { asking } from '../../../../../core/policy/resolve/conditions.ts';
import { placeOf } from '../../../../../core/policy/resolve/environment.ts';
import { resolve } from '../../../../../core/policy/resolve.ts';
import { checkpoint, conditions, plan, policyOf, situation, workflow } from '../../../../support/situations.ts';

const [large] = conditions('facts.lines > 5');
const whenLarge = large && { when: large };

describe('what a gate says of itself', () => {
  const low = { gates: { low: { stages: [plan(['frank'], { name: 'release' })] } } };

  test('each rule that asks, with its reason, the environment’s and the change’s own included', () => {
    const made = policyOf({
      workflows: [workflow('automatic')],
      policyChange: { stage: plan(['erin'], { name: 'policy_change' }) },
      environments: { production: low },
    });
    expect(resolve(made, situation({ trigger: 'policy_change' }, { again: ['bob'] }))).toMatchObject({
      gate: {
        because: [
          { rule: 'policy_change', why: "the request's trigger is 'policy_change'" },
          { rule: 'approval_workflows.automatic', why: 'it is for any request' },
          { rule: 'environments.production.gates.low', why: "the environment is 'production', the risk 'low'" },
          { rule: 'again', why: 'they asked to be asked again about what revises the request they decided on' },
        ],
        stages: [{ name: 'policy_change' }, { name: 'release' }, { name: 'again', timeout: 24 * 3600 }],
      },
    });
    const asked = resolve(policyOf({ environments: { production: low } }), situation());
    expect('code' in asked || asked.gate.because).toEqual([
      { rule: 'environments.production.gates.low', why: "the environment is 'production', the risk 'low'" },
    ]);
  });

  test('what is done afterwards only where something is', () => {
    const of = (afterwards?: string[]) => {
      const rule = workflow('peer_review', afterwards && { afterwards });
      const made = resolve(policyOf({ workflows: [rule] }), situation());
      if ('code' in made) throw new Error(made.message);
      return made.gate;
    };
    expect(of(['automated_merge'])).toMatchObject({ afterwards: ['automated_merge'] });
    expect(of()).not.toHaveProperty('afterwards');
  });

  test('fifty of its reasons, and how many more there are', () => {
    const reasonsOf = (count: number) => {
      const rules = Array.from({ length: count }, (_, i) => workflow('automatic', { name: `w${i}` }));
      const made = resolve(policyOf({ workflows: rules }), situation());
      return 'code' in made ? [] : (made.gate.because ?? []);
    };
    expect(reasonsOf(50)).toHaveLength(50);
    const cut = reasonsOf(53);
    expect(cut).toHaveLength(51);
    expect(cut[49]).toMatchObject({ rule: 'approval_workflows.w49' });
    expect(cut[50]).toEqual({ rule: 'approval_workflows', why: 'and 3 rules more that ask no more' });
  });

  test('by its risk whom it needs, where no workflow says so', () => {
    const gates = Object.fromEntries(
      (['low', 'medium', 'high', 'critical'] as const).map((risk) => [risk, { stages: [plan(['dan'])] }]),
    );
    const made = policyOf({ environments: { production: { gates } } });
    const kind = (risk: 'low' | 'medium' | 'high' | 'critical') => {
      const resolved = resolve(made, situation({ risk }));
      return 'code' in resolved ? resolved.code : resolved.gate.workflow;
    };
    expect([kind('low'), kind('medium'), kind('high'), kind('critical')]).toEqual([
      'peer_review',
      'peer_review',
      'expert_review',
      'expert_review',
    ]);
  });
});

test('why a checkpoint does not apply is said as well', () => {
  const checkpoints = [
    checkpoint('named', ['dan'], { required: false }),
    checkpoint('triggered', ['dan']),
    checkpoint('large', ['dan'], { triggers: [], ...whenLarge }),
  ];
  const made = policyOf({ checkpoints });
  const { claim, ...rest } = situation({ facts: { lines: 1 } });
  const ask = asking(made, { claim, ...rest }, placeOf(made, 'production'));
  expect(checkpointVerdicts(made, claim, ask).map(({ why }) => why)).toEqual([
    'it is not required, and the request does not name it',
    'nothing triggers it',
    "'facts.lines > 5' does not hold",
  ]);
});

describe('why there is none', () => {
  test('is said with the field that it is about', () => {
    const silent = policyOf({ environments: { production: { gates: { low: { stages: [] } } } } });
    expect(resolve(silent, situation())).toMatchObject({
      message: 'The policy asks nobody to approve this.',
      errors: [{ path: 'environment' }],
    });
    expect(resolve(silent, situation({ risk: 'high' }))).toMatchObject({
      message: "The policy has no gate for risk 'high' in the environment 'production'.",
      errors: [{ path: 'risk' }],
    });
    const any = policyOf({ environments: { production: { gates: { low: { stages: [plan(['dan'])] } } } } });
    expect(resolve(any, situation({ environment: 'elsewhere' }))).toMatchObject({
      message: "The policy has no gates for the environment 'elsewhere'.",
    });
    const shared = { ...any, environments: { ...any.environments, any: { gates: {} } } };
    expect(resolve(shared, situation({ environment: 'anny' }))).toMatchObject({
      message: "The policy has no gates for the environment 'anny'.",
    });
  });

  test('a gate that cannot be met names every part of it, in one message', () => {
    const stages = [plan(['nobody'], { name: 'one' }), plan(['nobody'], { name: 'two' })];
    const made = policyOf({ environments: { production: { gates: { low: { stages } } } } });
    expect(resolve(made, situation())).toMatchObject({
      message:
        "The stage 'one' needs 1 approver and nobody is left: 'nobody' has no members. The stage 'two' needs 1 approver and nobody is left: 'nobody' has no members.",
    });
  });

  test('timeouts may come to just as long as a gate may take', () => {
    const longest = limits.backstopSeconds - 86_400;
    const of = (timeout: number) =>
      resolve(
        policyOf({ environments: { production: { gates: { low: { stages: [plan(['dan'], { timeout })] } } } } }),
        situation(),
      );
    expect(of(longest)).toHaveProperty('gate');
    expect(of(longest + 1)).toMatchObject({ code: 'gate_unreachable', errors: [{ path: 'stages' }] });
  });
});

test('conditions are asked of an environment and a requester in lower case, whatever the request writes', () => {
  const [when] = conditions("environment == 'elsewhere' && requestedBy == 'alice@example.com'");
  const made = policyOf({ checkpoints: [checkpoint('there', ['dan'], { triggers: [], ...(when && { when }) })] });
  const resolved = resolve(made, situation({ environment: 'ElseWhere', requestedBy: ' Alice@Example.com ' }));
  expect(resolved).toMatchObject({ gate: { stages: [{ name: 'there' }] } });
});
