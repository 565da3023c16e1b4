import type { Policy, Source } from '../../../../core/policy/policy.ts';
import { checkClaim, findSource, mayCancel, sourceOf } from '../../../../core/policy/sources.ts';

const anything: Source = { may_name: ['*'], environments: ['*'], facts: ['*'] };

function policyOf(sources: Record<string, Source>): Policy {
  return {
    directory: {
      people: {
        bob: { name: 'Bob', email: 'bob@example.com', aliases: ['bobby@example.com'] },
        carol: { name: 'Carol', email: 'carol@example.com' },
      },
      groups: { leads: ['carol'] },
    },
    sources,
    environments: {},
  };
}

describe('sourceOf', () => {
  const account = '111122223333';
  test.each([
    [{ via: 'event', eventSource: 'demo.shop', account }, 'events:demo.shop@111122223333'],
    [{ via: 'execution', machineName: 'countersign-approval', account }, 'states:countersign-approval'],
    [{ via: 'api', principal: `arn:aws:sts::${account}:assumed-role/Deploy/ci`, account }, 'iam:Deploy'],
    [{ via: 'api', principal: `arn:aws:iam::${account}:user/team/bob`, account }, 'iam:user/bob'],
    [{ via: 'api', principal: `arn:aws:iam::${account}:root`, account }, 'iam:root'],
  ] as const)('%j is %s', (came, source) => {
    expect(sourceOf(came)).toBe(source);
  });

  test.each([
    { via: 'event', account },
    { via: 'execution', account },
    { via: 'api', account },
    { via: 'api', account, principal: 'Deploy' },
  ] as const)('%j names no source, which is a fault', (came) => {
    expect(() => sourceOf(came)).toThrow();
  });
});

describe('findSource', () => {
  test('the most specific pattern that fits applies, however the file orders them', () => {
    const names = ['iam:*', 'iam:Deploy*', 'iam:DeployTeam', 'iam:*Team'];
    for (const order of [names, names.toReversed()]) {
      const policy = policyOf(Object.fromEntries(order.map((name) => [name, anything])));
      expect(findSource(policy, 'iam:DeployTeam')?.pattern).toBe('iam:DeployTeam');
      expect(findSource(policy, 'iam:DeployX')?.pattern).toBe('iam:Deploy*');
      expect(findSource(policy, 'iam:OtherTeam')?.pattern).toBe('iam:*Team');
      expect(findSource(policy, 'iam:x')?.pattern).toBe('iam:*');
      expect(findSource(policy, 'states:x')).toBeUndefined();
    }
  });

  test('R51 an account at the end of an event source does not pass for the account it came from', () => {
    const policy = policyOf({ 'events:demo.*@000000000000': anything });
    expect(findSource(policy, 'events:demo.x@000000000000@111111111111')).toBeUndefined();
    expect(findSource(policy, 'events:demo.x@111111111111')).toBeUndefined();
    expect(findSource(policy, 'events:demo.x@000000000000')).toBeDefined();
  });
});

describe('checkClaim', () => {
  const policy = policyOf({
    'iam:ci': { may_name: ['*@example.com', 'x@other.org'], environments: ['stag*'], facts: ['lines_*'] },
    'iam:people': { may_name: [], environments: ['*'], facts: [] },
  });
  const claim = { requestedBy: 'dan@example.com', environment: 'staging' };

  test('R51 a source that is not registered is refused', () => {
    expect(checkClaim(policy, 'iam:other', claim)).toMatchObject({ code: 'source_not_registered', status: 403 });
  });

  test('R51 every field it must not claim is named', () => {
    const refusal = checkClaim(policy, 'iam:ci', {
      requestedBy: 'dan@elsewhere.com',
      authors: ['ok@example.com', 'eve@elsewhere.com'],
      environment: 'production',
      facts: { lines_changed: 1, reviewed: true },
    });
    expect(refusal?.code).toBe('claim_not_allowed');
    expect(refusal?.errors.map(({ path }) => path)).toEqual([
      'requestedBy',
      'authors.1',
      'environment',
      'facts.reviewed',
    ]);
  });

  test.each(['dan@example.com', 'Dan+x@EXAMPLE.com', 'X+tag@other.org'])('may name %s', (requestedBy) => {
    expect(checkClaim(policy, 'iam:ci', { ...claim, requestedBy })).toBeUndefined();
  });

  test.each(['dan@exаmple.com', 'ⅹ@other.org', 'y@other.org', 'dan@example.com.evil.org'])(
    'R51 may not name %s',
    (requestedBy) => {
      expect(checkClaim(policy, 'iam:ci', { ...claim, requestedBy })?.errors[0]?.path).toBe('requestedBy');
    },
  );

  test('an environment is the same in any case', () => {
    expect(checkClaim(policy, 'iam:ci', { ...claim, environment: 'STAGING' })).toBeUndefined();
  });

  test('a verified person may name themselves, by any address of theirs, and nobody else', () => {
    const asBob = (requestedBy: string) => checkClaim(policy, 'iam:people', { ...claim, requestedBy }, 'bob');
    expect(asBob('bob@example.com')).toBeUndefined();
    expect(asBob('Bobby+x@example.com')).toBeUndefined();
    expect(asBob('b0b@example.com')?.code).toBe('claim_not_allowed');
    expect(asBob('carol@example.com')?.code).toBe('claim_not_allowed');
    expect(checkClaim(policy, 'iam:people', { ...claim, requestedBy: 'bob@example.com' })?.code).toBe(
      'claim_not_allowed',
    );
  });
});

test('the policy names who may cancel, groups included', () => {
  const policy = policyOf({ 'iam:*': { ...anything, may_cancel: ['leads'] }, 'iam:x': anything });
  expect(mayCancel(policy, 'iam:ci', 'carol')).toBe(true);
  expect(mayCancel(policy, 'iam:ci', 'bob')).toBe(false);
  expect(mayCancel(policy, 'iam:x', 'carol')).toBe(false);
  expect(mayCancel(policy, 'states:y', 'carol')).toBe(false);
});
