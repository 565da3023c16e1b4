import type { Approver, Stage } from '../../../core/gate.ts';
import { directoryNow } from '../../../core/policy/directory.ts';
import type { Request } from '../../../core/request.ts';
import { agreementHolds, stillAsking, whyNotAsked } from '../../../core/still-asked.ts';
import { after, approve, approver, delegate, gateOf, given, requestIn, stage } from '../../support/core-fixtures.ts';

const everybody = ['bob', 'carol', 'dan', 'erin', 'frank'];
/** The directory with those groups, and everybody but `left`. */
const now = (groups: Record<string, string[]>, ...left: string[]) => {
  const there = everybody.filter((key) => !left.includes(key));
  return directoryNow({
    people: Object.fromEntries(there.map((key) => [key, { name: key, email: `${key}@example.com` }])),
    groups,
  });
};
const nobodyHandedOn: Pick<Request, 'rounds'> = requestIn(given(gateOf([stage(['bob'])])));
const why = (of: Stage, who: Approver, directory: ReturnType<typeof now>) =>
  whyNotAsked(nobodyHandedOn, of, who, directory);

const security = stage(['dan', 'carol'], 'any', { asks: ['security'] });
const covered = { ...approver('erin'), via: ['dan'] };

describe('R18 a seat is that of whom the rule asked', () => {
  test('and is lost with the group by which they were asked, which is told', () => {
    expect(why(security, approver('dan'), now({ security: ['dan'] }))).toBeUndefined();
    expect(why(security, approver('dan'), now({ security: ['carol'] }))).toBe(
      "You are no longer in 'security', by which you were asked.",
    );
  });

  test('a group that there is no longer has nobody in it; a group of that name may hold the old one’s people', () => {
    expect(why(security, approver('dan'), now({}))).toContain("'security'");
    expect(why(security, approver('dan'), now({ security: ['safety'], safety: ['dan'] }))).toBeUndefined();
  });

  test('who is named by the rule, or is in another of its groups, keeps it', () => {
    const named = { ...security, asks: ['security', 'dan'] };
    expect(why(named, approver('dan'), now({ security: [] }))).toBeUndefined();
    expect(why(named, approver('carol'), now({ security: [] }))).toBe(
      "You are no longer in 'security', by which you were asked.",
    );
    const either = { ...security, asks: ['security', 'leads'] };
    expect(why(either, approver('dan'), now({ security: [], leads: ['dan'] }))).toBeUndefined();
    expect(why(either, approver('dan'), now({ security: [], leads: [] }))).toContain("'security' or 'leads'");
  });

  test('a cover has it while whom they cover for is asked still, and there', () => {
    const of = { ...security, approvers: [covered] };
    expect(why(of, covered, now({ security: ['dan'] }))).toBeUndefined();
    expect(why(of, covered, now({ security: ['erin'] }))).toBe(
      "You have this seat for somebody who is no longer in 'security', by which they were asked.",
    );
    expect(why(of, covered, now({ security: ['dan'] }, 'dan'))).toContain('for somebody who is no longer');
    const named = { ...of, asks: ['dan'] };
    expect(why(named, covered, now({}))).toBeUndefined();
    expect(why(named, covered, now({}, 'dan'))).toContain('no longer in the directory');
  });

  test('opened by a version that kept no names, it is lost with the directory alone', () => {
    const { asks: _, ...old } = security;
    expect(why(old, approver('dan'), now({}))).toBeUndefined();
    expect(why(old, approver('dan'), now({}, 'dan'))).toBe('The directory no longer lists you as an approver here.');
  });
});

describe('R18 a seat that was handed on', () => {
  const given1 = given(gateOf([{ ...security, delegateTo: ['security', 'ops'] }]));
  const request = requestIn(after(given1, delegate('dan', 'frank')));
  const [of] = request.round.gate.stages;
  const [heir] = of?.approvers ?? [];
  const told = (directory: ReturnType<typeof now>) => of && heir && whyNotAsked(request, of, heir, directory);

  test.each([
    ['stays while both are what they were', { security: ['dan'], ops: ['frank'] }, undefined],
    [
      'stays where its holder has come into another group that it may be handed on to',
      { security: ['dan', 'frank'] },
      undefined,
    ],
    ['is lost with the group by which it could be handed on', { security: ['dan'], ops: [] }, 'handed on to'],
    ['is lost with the group of whose seat it was', { security: ['frank'], ops: ['frank'] }, 'for somebody'],
  ])('%s', (_, groups, said) => {
    expect(told(now(groups))).toEqual(said === undefined ? undefined : expect.stringContaining(said));
  });
});

describe('R18 where one from each group is needed', () => {
  const groups = [
    { name: 'leads', people: ['bob', 'dan'] },
    { name: 'security', people: ['dan'] },
  ];
  const each = stage(['bob', 'dan'], 'one_from_each', { asks: ['leads', 'security'], groups });

  test('who is left in one of two groups speaks for that one', () => {
    const left = stillAsking(nobodyHandedOn, each, now({ leads: ['bob', 'dan'], security: [] }));
    expect(left.approvers).toHaveLength(2);
    expect(left.groups).toEqual([groups[0], { name: 'security', people: [] }]);
  });

  test('what was agreed does not hold by somebody who spoke for a group that they are not in any more', () => {
    const request = requestIn(given(gateOf([each]), approve('dan')));
    const passing = (directory: ReturnType<typeof now>) =>
      agreementHolds(request, 1, directory, { stage: 0, person: 'bob' });
    expect(passing(now({ leads: ['bob', 'dan'], security: ['dan'] }))).toBe(true);
    expect(passing(now({ leads: ['bob', 'dan'], security: [] }))).toBe(false);
    expect(passing(now({ leads: ['bob'], security: ['dan'] }))).toBe(true);
  });

  test('who comes into a group later does not speak for it in a gate that does not list them there', () => {
    expect(why(each, approver('bob'), now({ leads: [], security: ['bob'] }))).toContain("'leads'");
  });

  test('somebody with a seat of their own who covers for another speaks for that one’s group too', () => {
    const bob = { ...approver('bob'), also: ['dan'] };
    const of = {
      ...each,
      approvers: [bob],
      groups: [
        { name: 'leads', people: ['bob'] },
        { name: 'security', people: ['bob'] },
      ],
    };
    expect(stillAsking(nobodyHandedOn, of, now({ leads: ['bob'], security: ['dan'] }))).toEqual(of);
    expect(stillAsking(nobodyHandedOn, of, now({ leads: ['bob'], security: [] })).groups?.[1]?.people).toEqual([]);
  });
});
