import fc from 'fast-check';
import type { Gate, Stage } from '../../core/gate.ts';
import { approver, gateOf, minute, stage } from './core-fixtures.ts';

/* Any gate there can be, for the property tests of the core. */

/** Approvers, two to hand on to, who asked, an author, and one who is never asked. */
export const people = ['bob', 'carol', 'dave', 'frank', 'gina', 'henry', 'alice', 'erin', 'mallory'];
const ordinary = people.slice(0, 4);

export const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof(
    { weight: 30, arbitrary: fc.constant(usual) },
    { weight: others.length, arbitrary: fc.constantFrom(...others) },
  );
export const often = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

/** Who is asked: the first may sit for somebody, once in a while for who asked. */
const asked = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: fc.subarray(ordinary, { minLength: 1, maxLength: 4 }) },
      { weight: 1, arbitrary: fc.subarray([...ordinary, 'alice', 'erin'], { minLength: 1, maxLength: 4 }) },
    ),
    often<string[] | undefined>(undefined, ['ines'], ['ines', 'jack'], ['alice']),
  )
  .map(([who, via]) => who.map((one, i) => ({ ...approver(one), ...(i === 0 && via && { via }) })));

/** A rule that these people can meet. */
const ruleFor = (who: readonly string[]): fc.Arbitrary<Pick<Stage, 'rule' | 'groups'>> => {
  const groups = fc.constantFrom(1, 2).map((count) => {
    const ops = { name: 'ops', people: [...who] };
    return count === 1 || who.length === 1 ? [ops] : [ops, { name: 'security', people: who.slice(1) }];
  });
  return fc.oneof(
    fc.constantFrom<Pick<Stage, 'rule'>>({ rule: 'all' }, { rule: 'any' }),
    fc.integer({ min: 1, max: who.length }).map((quorum) => ({ rule: { quorum } })),
    groups.map((each) => ({ rule: 'one_from_each' as const, groups: each })),
  );
};

const extras = fc
  .record({
    order: often(undefined, 'sequential' as const),
    veto: often(undefined, true),
    comment: often(undefined, 'always' as const, 'unless_approved' as const),
    criteria: often(undefined, ['tests pass'], ['tests pass', 'rollback ready']),
    delegateTo: often<string[] | undefined>(['ops'], [], undefined),
  })
  .map(given);

const someStage = fc
  .tuple(asked, fc.constantFrom(30, 1440, 10_000), extras)
  .chain(([approvers, minutes, more]) =>
    ruleFor(approvers.map(({ person: who }) => who)).map((how) =>
      stage([], 'all', { ...more, ...how, approvers, timeout: minutes * 60 }),
    ),
  );

const override = { kind: 'emergency_override' as const, justification: 'the shop is down', actedFirst: false };
/** Stages have names of their own, not always in the same order: votes are carried by them. */
export const someGate: fc.Arbitrary<Gate> = fc
  .record({
    stages: fc.array(someStage, { minLength: 1, maxLength: 3, size: 'small' }),
    names: fc.constantFrom(['red', 'green', 'blue'], ['red', 'green', 'blue'], ['green', 'red', 'blue']),
    after: often(undefined, 20, 90),
    until: often(undefined, 10, 60, 120),
    bypass: often(undefined, override),
  })
  .map(({ stages, names, after, until, bypass }) =>
    gateOf(
      stages.map((one, i) => ({ ...one, name: names[i] ?? '' })),
      {
        ...(after !== undefined && { notBefore: minute(after) }),
        ...(until !== undefined && after === undefined && { notAfter: minute(until) }),
        ...(bypass && { bypass }),
      },
    ),
  );

/** What of it there is. */
export function given<T extends object>(all: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as never;
}
