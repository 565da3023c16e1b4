import { limits } from '../../../../../core/limits.ts';
import type { Policy } from '../../../../../core/policy/policy.ts';
import { resolve } from '../../../../../core/policy/resolve.ts';
import type { Resolution } from '../../../../../core/policy/situation.ts';
import type { Refusal } from '../../../../../core/refusal.ts';
import { asked, checkpoint, conditions, plan, policyOf, situation, workflow } from '../../../../support/situations.ts';

const production = { gates: { high: { stages: [plan(['frank'], { name: 'release' })] } } };
const policy = policyOf({
  checkpoints: [
    checkpoint('security', ['dan'], { triggers: ['security_related_change', 'secrets'] }),
    checkpoint('size', ['erin'], { triggers: [], when: conditions('facts.lines_changed > 500')[0] }),
    checkpoint('optional', ['carol'], { triggers: ['odd'], required: false }),
  ],
  workflows: [workflow('automatic'), workflow('peer_review', { risks: ['medium'] })],
  environments: { production, staging: { gates: {} } },
});
const quiet = { lines_changed: 1 };

function stages(resolved: Resolution | Refusal): string[] {
  return 'code' in resolved ? [resolved.code] : resolved.gate.stages.map(({ name }) => name);
}

describe('a checkpoint adds its stage', () => {
  test.each([
    ['where the request names it', { checkpoint: 'security', facts: quiet }, 'the request names it'],
    [
      'where the request has one of its triggers',
      { trigger: 'secrets', facts: quiet },
      "the request's trigger is 'secrets'",
    ],
    [
      'where a fact named like a trigger is stated true',
      { facts: { ...quiet, secrets: true } },
      "the fact 'secrets' is stated to be true",
    ],
  ])('%s', (_, claim, why) => {
    const resolved = resolve(policy, situation({ environment: 'staging', ...claim }));
    expect(resolved).toMatchObject({
      gate: {
        stages: [{ name: 'security', from: 'checkpoints.security', approvers: [{ person: 'dan' }] }],
        because: [{ rule: 'checkpoints.security', why }, { rule: 'approval_workflows.automatic' }],
      },
    });
    expect(resolved).not.toHaveProperty('outcome');
  });

  test('where its condition holds, or is not known not to', () => {
    const named = (facts: Record<string, unknown>) =>
      stages(resolve(policy, situation({ environment: 'staging', facts: facts as typeof quiet })));
    expect(named({ lines_changed: 501 })).toEqual(['size']);
    expect(named({ lines_changed: 500 })).toEqual([]);
    expect(named({})).toEqual(['size']);
    expect(named({ lines_changed: 'many' })).toEqual(['size']);
  });

  test('but for no other trigger, and no fact that is stated otherwise', () => {
    for (const claim of [
      { trigger: 'other' },
      { facts: { ...quiet, secrets: false } },
      { facts: { ...quiet, secret: false } },
    ])
      expect(stages(resolve(policy, situation({ environment: 'staging', facts: quiet, ...claim })))).toEqual([]);
  });

  test.each([
    ['in the other number', { secret: true }, "the fact 'secret' is stated to be true"],
    ['in one number and not the other', { secrets: false, secret: true }, "the fact 'secret' is stated to be true"],
    ['as text', { secrets: 'true' }, "the fact 'secrets' is stated, but neither as true nor as false"],
    ['as a number', { secret: 1 }, "the fact 'secret' is stated, but neither as true nor as false"],
    ['as null', { secrets: null }, "the fact 'secrets' is stated, but neither as true nor as false"],
  ])('where a fact named like a trigger is stated %s', (_, facts, why) => {
    const resolved = resolve(policy, situation({ environment: 'staging', facts: { ...quiet, ...facts } }));
    expect(stages(resolved)).toEqual(['security']);
    expect(resolved).toMatchObject({ gate: { because: [{ why }, {}] } });
  });

  test('that is not required comes only where the request names it', () => {
    expect(stages(resolve(policy, situation({ environment: 'staging', trigger: 'odd', facts: quiet })))).toEqual([]);
    expect(
      stages(resolve(policy, situation({ environment: 'staging', checkpoint: 'optional', facts: quiet }))),
    ).toEqual(['optional']);
  });

  test('named wrongly is refused: whoever asks for a review must not get none', () => {
    expect(resolve(policy, situation({ checkpoint: 'securty' }))).toMatchObject({
      code: 'no_gate',
      message: "The policy has no checkpoint 'securty'; perhaps 'security' is meant.",
      errors: [{ path: 'checkpoint' }],
    });
    expect(stages(resolve(policy, situation({ checkpoint: 'security', facts: quiet })))).toContain('security');
  });

  test.each(['securty', 'security_review', 'maintenance_window', 'policy_change'])(
    'named as %s where the policy has none at all is refused too',
    (checkpoint) => {
      const none = policyOf({ workflows: [workflow('automatic'), workflow('peer_review')] });
      expect(resolve(none, situation({ checkpoint }))).toMatchObject({
        code: 'no_gate',
        message: `The policy has no checkpoint '${checkpoint}'.`,
        errors: [{ path: 'checkpoint' }],
      });
    },
  );

  test('of Countersign itself is known where the policy has its section', () => {
    const stage = plan(['erin'], { name: 'policy_change' });
    const known = policyOf({ workflows: [workflow('automatic')], policyChange: { stage } });
    expect(stages(resolve(known, situation({ checkpoint: 'policy_change' })))).toEqual(['policy_change']);
    expect(stages(resolve(known, situation({ checkpoint: 'maintenance_window' })))).toEqual(['no_gate']);
  });
});

describe('the request’s trigger', () => {
  const sent = (trigger: string, more = policy) =>
    resolve(more, situation({ environment: 'staging', trigger, facts: quiet }));

  test('is compared without case', () => {
    expect(stages(sent('Security_Related_Change'))).toEqual(['security']);
    const maintenance = { stage: plan(['dan']), validation: plan(['dan']), longest: 86_400, environments: ['*'] };
    const windows = { ...policy, maintenance: { ...maintenance, stakeholders: [], notice: 60 } };
    expect(stages(sent('Maintenance_Window', windows))).toEqual(['maintenance_window']);
  });

  test('that is nearly a checkpoint’s is refused as mistyped', () => {
    expect(sent('secret')).toMatchObject({
      code: 'no_gate',
      message: "No checkpoint has the trigger 'secret'; perhaps 'secrets' is meant.",
      errors: [{ path: 'trigger' }],
    });
  });

  test('that is another altogether asks nobody, and the gate says so', () => {
    expect(sent('nightly_run')).toMatchObject({
      outcome: 'auto_approved',
      gate: {
        because: [
          { rule: 'approval_workflows.automatic' },
          { rule: 'checkpoints', why: "no checkpoint has the request's trigger 'nightly_run', which asks nobody" },
        ],
      },
    });
  });

  test('that a condition asks for by name is known', () => {
    const asks = workflow('automatic', { when: conditions("trigger == 'secret'")[0] ?? { text: '', expression: '' } });
    const resolved = sent('secret', { ...policy, workflows: [asks] });
    expect(resolved).toMatchObject({ gate: { because: [{ rule: 'approval_workflows.automatic' }] } });
    expect('code' in resolved || resolved.gate.because).toHaveLength(1);
  });

  test('is compared without case by conditions too, and one that is nearly theirs is refused', () => {
    const asks = checkpoint('undo', ['erin'], { triggers: [], when: conditions("trigger in ['roll_back']")[0] });
    const undo = { ...policy, checkpoints: [asks] };
    expect(stages(sent('Roll_Back', undo))).toEqual(['undo']);
    expect(sent('rol_back', undo)).toMatchObject({
      code: 'no_gate',
      message: "No checkpoint has the trigger 'rol_back'; perhaps 'roll_back' is meant.",
    });
  });

  test('is let be by a policy without checkpoints', () => {
    const resolved = sent('secret', policyOf({ workflows: [workflow('peer_review')] }));
    expect('code' in resolved || resolved.gate.because).toHaveLength(1);
  });
});

describe('the gate as a whole', () => {
  test('has checkpoints, the workflow, the environment and who asked to be asked again, in this order', () => {
    const claim = { risk: 'high' as const, checkpoint: 'security', facts: { lines_changed: 900 } };
    const resolved = resolve(policy, situation(claim, { again: ['bob'] }));
    expect(stages(resolved)).toEqual(['security', 'size', 'release', 'again']);
    expect('code' in resolved || resolved.gate.stages.map(({ from }) => from)).toEqual([
      'checkpoints.security',
      'checkpoints.size',
      'environments.production.gates.high',
      'again',
    ]);
    const medium = resolve({ ...policy, environments: { any: production } }, situation({ ...claim, risk: 'medium' }));
    expect(stages(medium)).toEqual(['security', 'size', 'peer_review']);
    expect(medium).toMatchObject({ gate: { workflow: 'peer_review' } });
  });

  test('what asks somebody is not called automatic', () => {
    const resolved = resolve(policy, situation({ environment: 'staging', checkpoint: 'security', facts: quiet }));
    expect(resolved).toMatchObject({ gate: { workflow: 'peer_review' } });
  });

  test('whoever asked to be asked again is asked, all of them, but not who has left, and not who wrote it', () => {
    const again = (people: string[], claim = {}) =>
      resolve(policy, asked(policy, { environment: 'staging', facts: quiet, ...claim }, { again: people }));
    expect(again(['bob', 'carol', 'bob', 'gone'])).toMatchObject({
      gate: { stages: [{ name: 'again', rule: 'all', approvers: [{ person: 'bob' }, { person: 'carol' }] }] },
    });
    expect(again(['gone'])).toMatchObject({
      outcome: 'auto_approved',
      gate: { because: [{}, { rule: 'again', why: expect.stringContaining('left') }] },
    });
    expect(again(['bob', 'carol'], { authors: ['bob@example.com'] })).toMatchObject({
      gate: { stages: [{ approvers: [{ person: 'carol' }], without: [{ person: 'bob' }] }] },
    });
    expect(again(['bob'], { authors: ['bob@example.com'] })).toMatchObject({ code: 'gate_unreachable' });
  });

  test('an environment without gates of its own has those of `any`', () => {
    const shared = {
      ...policy,
      environments: { ...policy.environments, any: { gates: { low: { stages: [plan(['carol'])] } } } },
    };
    for (const environment of ['staging', 'elsewhere'])
      expect(resolve(shared, situation({ environment, facts: quiet }))).toMatchObject({
        gate: { stages: [{ from: 'environments.any.gates.low' }] },
      });
  });

  test('a gate of its own for one risk leaves those of `any` for the others, as they were', () => {
    const lead = plan(['erin'], { name: 'lead' });
    const of = (production: Policy['environments'][string]) => (risk: 'low' | 'critical') =>
      stages(
        resolve(
          policyOf({
            workflows: [workflow('automatic')],
            environments: { any: { gates: { low: { stages: [lead] }, critical: { stages: [lead] } } }, production },
          }),
          situation({ risk }),
        ),
      );
    const before = of({ gates: {}, production: true });
    expect([before('low'), before('critical')]).toEqual([['lead'], ['lead']]);
    const after = of({ gates: { critical: { stages: [plan(['dan', 'erin'], { name: 'two', rule: 'all' })] } } });
    expect([after('low'), after('critical')]).toEqual([['lead'], ['two']]);
  });

  test('where gates go by environment, one that is not listed is refused whatever else applies', () => {
    expect(resolve(policy, situation({ environment: 'prodution', facts: quiet }))).toMatchObject({
      code: 'no_gate',
      message: "The policy has no gates for the environment 'prodution'; perhaps 'production' is meant.",
      errors: [{ path: 'environment' }],
    });
    const without = policyOf({ workflows: [workflow('automatic')], environments: { staging: { gates: {} } } });
    expect(resolve(without, situation({ environment: 'elsewhere' }))).toMatchObject({ outcome: 'auto_approved' });
  });

  test('without approval workflows a checkpoint is a gate, and nothing at all is refused', () => {
    const alone = policyOf({ checkpoints: [checkpoint('security', ['dan'])] });
    expect(resolve(alone, situation({ trigger: 'security_trigger' }))).toMatchObject({
      gate: { workflow: 'peer_review', stages: [{ name: 'security' }] },
    });
    expect(resolve(alone, situation({ trigger: 'security_trigger', risk: 'high' }))).toMatchObject({
      gate: { workflow: 'expert_review' },
    });
    expect(resolve(alone, situation())).toMatchObject({ code: 'no_gate' });
    expect(resolve(policyOf(), situation())).toMatchObject({ code: 'no_gate' });
    const empty = policyOf({ environments: { production: { gates: { low: { stages: [] } } } } });
    expect(resolve(empty, situation())).toMatchObject({ code: 'no_gate' });
  });

  test('more stages, or longer ones, than a gate can have are refused', () => {
    const many = Array.from({ length: limits.stages + 1 }, (_, i) => checkpoint(`c${i}`, ['dan'], { triggers: ['t'] }));
    const of = (checkpoints: typeof many) => resolve(policyOf({ checkpoints }), situation({ trigger: 't' }));
    expect(of(many)).toMatchObject({
      code: 'gate_unreachable',
      message: '11 rules of the policy ask for a stage each, and a gate has 10 at most.',
      errors: [{ path: 'stages' }],
    });
    expect(stages(of(many.slice(1)))).toHaveLength(10);
    const long = [90, 90].map((days, i) =>
      checkpoint(`c${i}`, ['dan'], { triggers: ['t'], stage: plan(['dan'], { timeout: days * 86_400 }) }),
    );
    expect(of(long)).toMatchObject({
      code: 'gate_unreachable',
      message: 'The timeouts of the stages come to 180 days, and a gate may take 179 days at most.',
    });
  });
});
