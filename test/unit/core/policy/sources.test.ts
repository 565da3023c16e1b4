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
    [{ via: 'event', account }, 'an event without a source'],
    [{ via: 'execution', account }, 'an execution without the name of its state machine'],
    [{ via: 'api', account }, 'a signed call without the ARN of who signed it'],
    [{ via: 'api', account, principal: 'Deploy' }, 'a signed call without the ARN of who signed it'],
  ] as const)('%j names no source, which is a fault', (came, fault) => {
    expect(() => sourceOf(came)).toThrow(new Error(fault));
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

  test('of two that are as specific the shorter applies, and of two as long the first by the alphabet', () => {
    const found = (...names: string[]) =>
      [names, names.toReversed()].map(
        (order) => findSource(policyOf(Object.fromEntries(order.map((name) => [name, anything]))), 'iam:abc')?.pattern,
      );
    expect(found('iam:*c', 'iam:a*', 'iam:a**')).toEqual(['iam:*c', 'iam:*c']);
    expect(found('iam:a**', 'iam:a*')).toEqual(['iam:a*', 'iam:a*']);
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

  test('R51 each refusal says what the source may not do, in words', () => {
    expect(checkClaim(policy, 'iam:other', claim)).toMatchObject({
      message: "The policy does not register the source 'iam:other'.",
      errors: [{ path: 'source' }],
    });
    const wrong = {
      requestedBy: 'x@y.org',
      authors: ['z@y.org'],
      environment: 'production',
      facts: { reviewed: true },
    };
    expect(checkClaim(policy, 'iam:ci', wrong)).toMatchObject({
      message: "The policy does not let 'iam:ci' claim that.",
      errors: [
        { path: 'requestedBy', message: "the policy does not let 'iam:ci' name 'x@y.org'" },
        { path: 'authors.0', message: "the policy does not let 'iam:ci' name 'z@y.org'" },
        { path: 'environment', message: "the policy does not let 'iam:ci' ask for the environment 'production'" },
        { path: 'facts.reviewed', message: "the policy does not let 'iam:ci' state this fact" },
      ],
    });
  });

  test('who is named by nobody, and facts that are not stated, need no leave', () => {
    expect(checkClaim(policy, 'iam:people', { environment: 'staging' })).toBeUndefined();
    expect(checkClaim(policy, 'iam:people', { environment: 'staging', authors: [], facts: {} })).toBeUndefined();
  });

  test('one pattern of several is enough, in capitals too, and space around an address is none of it', () => {
    const several = policyOf({
      'iam:ci': { may_name: ['A@x.org', '*@X.com'], environments: ['test', 'STAG*'], facts: ['a', 'lines_*'] },
    });
    for (const requestedBy of [' a@x.org ', 'b@x.com', ' B@x.COM'])
      expect(
        checkClaim(several, 'iam:ci', { requestedBy, environment: 'staging', facts: { lines_changed: 1, a: 2 } }),
      ).toBeUndefined();
  });

  test('R51 a pattern is no address whose tag may be left out', () => {
    const tagged = policyOf({ 'iam:ci': { may_name: ['a+*@x.org'], environments: ['*'], facts: [] } });
    expect(checkClaim(tagged, 'iam:ci', { ...claim, requestedBy: 'a+b@x.org' })).toBeUndefined();
    expect(checkClaim(tagged, 'iam:ci', { ...claim, requestedBy: 'a@x.org' })?.code).toBe('claim_not_allowed');
  });

  test('an address with an international domain may be named in either way of writing it, and by whose it is', () => {
    const rule = { may_name: ['ida@xn--80a1acny.xn--p1ai'], environments: ['*'], facts: [] };
    const wide = policyOf({ 'iam:ci': rule, 'iam:people': { ...rule, may_name: [] } });
    wide.directory.people.ida = { name: 'Ida', email: 'ida@xn--80a1acny.xn--p1ai' };
    const named = (requestedBy: string) => checkClaim(wide, 'iam:ci', { ...claim, requestedBy });
    expect(named('ida@xn--80a1acny.xn--p1ai')).toBeUndefined();
    expect(named('ida+x@xn--80a1acny.xn--p1ai')).toBeUndefined();
    expect(checkClaim(wide, 'iam:people', { ...claim, requestedBy: 'ida@почта.рф' }, 'ida')).toBeUndefined();
  });

  test('R51 one letter that is no ASCII makes it another address, wherever it stands', () => {
    const plain = policyOf({ 'iam:ci': { may_name: ['xy@x.org'], environments: ['*'], facts: [] } });
    for (const requestedBy of ['xу@x.org', 'хy@x.org', 'xy@x.оrg', 'xy@x.org\u200b'])
      expect(checkClaim(plain, 'iam:ci', { ...claim, requestedBy })?.code).toBe('claim_not_allowed');
    expect(checkClaim(plain, 'iam:ci', { ...claim, requestedBy: 'XY@x.org' })).toBeUndefined();
  });

  test('R51 somebody whom the directory does not know may not name themselves', () => {
    expect(checkClaim(policy, 'iam:people', { ...claim, requestedBy: 'bob@example.com' }, 'gone')?.code).toBe(
      'claim_not_allowed',
    );
  });

  test.each(['dan@example.com', 'Dan+x@EXAMPLE.com', 'X+tag@other.org'])('may name %s', (requestedBy) => {
    expect(checkClaim(policy, 'iam:ci', { ...claim, requestedBy })).toBeUndefined();
  });

  test.each([
    'dan@exаmple.com',
    'ⅹ@other.org',
    'y@other.org',
    'dan@example.com.evil.org',
    'x@xn--ther-45d.org',
    'x+y@xn--ther-45d.org',
    ' ⅹ@other.org',
    'xх@other.org',
  ])('R51 may not name %s', (requestedBy) => {
    expect(checkClaim(policy, 'iam:ci', { ...claim, requestedBy })?.errors[0]?.path).toBe('requestedBy');
  });

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
  expect(mayCancel(policy, 'iam:x', 'gone')).toBe(false);
});
