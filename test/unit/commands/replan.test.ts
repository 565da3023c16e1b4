import { Policy } from '../../../core/policy/policy.ts';
import type { Request } from '../../../core/request.ts';
import { replan } from '../../../lambdas/commands/replan.ts';
import { approve, gateOf, given, requestIn, stage } from '../../support/core-fixtures.ts';
import { type Fakes, fakeServices } from '../../support/fakes.ts';

const people = Object.fromEntries(
  ['bob', 'carol', 'dan'].map((key) => [key, { name: key, email: `${key}@example.com` }]),
);
const review = { name: 'review', approvers: ['bob', 'carol', 'dan'], rule: 'any' as const, timeout: 3600 };
const policyOf = (more: object = {}): Policy =>
  Policy.parse({
    directory: { people, groups: {} },
    sources: {},
    environments: { production: { gates: { medium: { stages: [review] } } } },
    ...more,
  });

/** Bob, Carol or Dan decides; the request may revise one on which Dan wanted to be asked again. */
function world(
  policy: Policy,
  gate = gateOf([stage(['bob', 'carol', 'dan'], 'any')]),
): { fakes: Fakes; request: Request } {
  const fakes = fakeServices();
  const policyVersion = fakes.publish(policy);
  const before = given(gateOf([stage(['dan'])]), approve('dan', { again: true }));
  fakes.tables.log.set('revised', before);
  const request = requestIn(given(gate));
  return { fakes, request: { ...request, revisesId: 'revised', round: { ...request.round, policyVersion } } };
}

test('W3 whoever asked to see a revision sees what an edit or a leaving makes of it too', async () => {
  const { fakes, request } = world(policyOf());
  const gate = await replan(fakes, request, { replicas: 9 }, fakes.tables.pointer?.version ?? '');
  if ('code' in gate) throw new Error(gate.message);
  expect(gate.stages.map((one) => one.approvers.map(({ person }) => person))).toEqual([
    ['bob', 'carol', 'dan'],
    ['dan'],
  ]);
});

test('a time at which it takes effect is the request’s own', async () => {
  const { fakes, request } = world(policyOf());
  const times = { notBefore: '2026-11-22T10:00:00.000Z', notAfter: '2026-11-23T10:00:00.000Z' };
  const asked = { ...request, round: { ...request.round, gate: { ...request.round.gate, ...times } } };
  expect(await replan(fakes, asked, {}, fakes.tables.pointer?.version ?? '')).toMatchObject(times);
});

describe('where the rules would ask nobody', () => {
  const letsAll = policyOf({ environments: { production: { gates: {}, bypass: 'automatic' } } });
  const automatic = policyOf({
    environments: {},
    workflows: [{ name: 'automatic', kind: 'automatic', criteria: [], when: { text: 'true', expression: 'true' } }],
  });

  test.each([['production’s own word', letsAll]])('%s never lets it through', async (_what, policy) => {
    const { fakes, request } = world(policy);
    expect(await replan(fakes, request, {}, fakes.tables.pointer?.version ?? '')).not.toMatchObject({ stages: [] });
  });

  test('those who are asked are asked on, less those who have left; too few are said to be', async () => {
    const { fakes, request } = world(automatic, gateOf([stage(['bob', 'carol'])]));
    fakes.publish({ ...automatic, directory: { people: { bob: people.bob ?? { name: '', email: '' } }, groups: {} } });
    const now = fakes.tables.pointer?.version ?? '';
    expect(await replan(fakes, { ...request, revisesId: '' }, {}, now)).toMatchObject({
      stages: [{ approvers: [{ person: 'bob' }] }],
    });
    fakes.publish({
      ...automatic,
      directory: { people: { zoe: { name: 'Zoe', email: 'z@example.com' } }, groups: {} },
    });
    const later = fakes.tables.pointer?.version ?? '';
    expect(await replan(fakes, { ...request, revisesId: '' }, {}, later)).toMatchObject({ code: 'gate_unreachable' });
  });
});
