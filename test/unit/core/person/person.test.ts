import fc from 'fast-check';
import { personLogId } from '../../../../core/canonical.ts';
import type { Outcome } from '../../../../core/gate.ts';
import { limits } from '../../../../core/limits.ts';
import { decidePerson, type PersonCommand } from '../../../../core/person/decide.ts';
import { isPersonEntry, type PersonEntry } from '../../../../core/person/entry.ts';
import { foldPerson, overdueReview } from '../../../../core/person/fold.ts';

const start = Date.parse('2026-11-21T10:00:00.000Z');
const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
const use = (request: string): PersonCommand => ({
  type: 'use_override',
  request,
  title: `Restart ${request}`,
  justification: 'checkout is down',
});
const owe = (override: string, due: string, review = `review of ${override}`): PersonCommand => ({
  type: 'owe_review',
  override,
  review,
  due,
});
const end = (override: string, outcome: Outcome = 'approved'): PersonCommand => ({
  type: 'end_review',
  review: `review of ${override}`,
  outcome,
});

/** A person's log, to which commands are put one after the other. */
class PersonOnPaper {
  readonly log: PersonEntry[] = [];

  does(command: PersonCommand, minute: number): ReturnType<typeof decidePerson> {
    const decision = decidePerson(foldPerson(this.log), 'bob', command, at(minute));
    if (decision.kind === 'append') this.log.push(decision.entry);
    return decision;
  }

  codeOf(command: PersonCommand, minute: number): string {
    const decision = this.does(command, minute);
    return decision.kind === 'refused' ? decision.refusal.code : decision.kind;
  }
}

test('R40 an override stands in the log with its reason; a review is owed from when it takes effect until it is judged', () => {
  const bob = new PersonOnPaper();
  bob.does(use('a'), 0);
  expect(foldPerson(bob.log)).toMatchObject({
    id: personLogId('bob'),
    person: 'bob',
    overrides: [{ request: 'a', title: 'Restart a', justification: 'checkout is down', at: at(0) }],
    owed: [],
  });
  bob.does(owe('a', at(60)), 5);
  expect(foldPerson(bob.log)?.owed).toEqual([{ override: 'a', review: 'review of a', due: at(60) }]);
  bob.does(end('a'), 10);
  expect(foldPerson(bob.log)?.owed).toEqual([]);
  expect(bob.log.every(isPersonEntry)).toBe(true);
});

test('R40 an overdue review blocks the next override, and says which review it is and since when', () => {
  const bob = new PersonOnPaper();
  for (const [command, minute] of [
    [use('a'), 0],
    [owe('a', at(60)), 5],
    [use('b'), 6],
    [owe('b', at(50)), 7],
  ] as const)
    bob.does(command, minute);
  expect(bob.codeOf(use('c'), 49)).toBe('append');
  const refused = bob.does(use('d'), 61);
  if (refused.kind !== 'refused') throw new Error('not refused');
  expect(refused.refusal).toMatchObject({ code: 'override_blocked', status: 403, errors: [{ path: 'override' }] });
  expect(refused.refusal.message).toBe(
    "The review of an earlier emergency override ('Restart b') has been overdue since Sat 21 Nov 2026, 10:50 UTC. " +
      'There is no other override for the same person until request review of b is decided.',
  );
  bob.does(end('b'), 62);
  expect(bob.codeOf(use('d'), 63)).toBe('override_blocked');
  bob.does(end('a', 'rejected'), 64);
  expect(bob.codeOf(use('d'), 65)).toBe('append');
});

test('R40 it is overdue from the very moment it is due', () => {
  const bob = new PersonOnPaper();
  bob.does(use('a'), 0);
  bob.does(owe('a', at(60)), 0);
  expect(bob.codeOf(use('b'), 59)).toBe('append');
  expect(bob.codeOf(use('c'), 60)).toBe('override_blocked');
});

test.each(['expired', 'cancelled'] as const)(
  'R40 a review that ends as %s is still owed, and so is the one that follows it',
  (outcome) => {
    const bob = new PersonOnPaper();
    bob.does(use('a'), 0);
    bob.does(owe('a', at(60)), 1);
    bob.does(end('a', outcome), 90);
    expect(bob.codeOf(use('b'), 91)).toBe('override_blocked');
    bob.does(owe('a', at(60), 'second review of a'), 92);
    expect(foldPerson(bob.log)?.owed).toEqual([{ override: 'a', review: 'second review of a', due: at(60) }]);
  },
);

test('R40 asked for again after a crash, an override that was not opened yet is refused once a review is overdue', () => {
  const bob = new PersonOnPaper();
  bob.does(use('a'), 0);
  bob.does(owe('a', at(60)), 1);
  bob.does(use('b'), 2);
  expect(bob.codeOf(use('b'), 3)).toBe('recorded');
  expect(bob.codeOf(use('b'), 60)).toBe('override_blocked');
});

test('nobody can fill a log with overrides: so many in a day, and no more until a day later', () => {
  const bob = new PersonOnPaper();
  for (let i = 0; i < limits.overridesPerDay; i++) expect(bob.codeOf(use(`r${i}`), i)).toBe('append');
  const refused = decidePerson(foldPerson(bob.log), 'bob', use('one more'), at(60));
  expect(refused).toMatchObject({
    refusal: {
      code: 'too_many',
      message: `There have been ${limits.overridesPerDay} emergency overrides by the same person within a day.`,
      errors: [{ path: 'override' }],
    },
  });
  expect(bob.codeOf(use('r1'), 60)).toBe('recorded');
  expect(bob.codeOf(use('one more'), 24 * 60)).toBe('append');
});

describe('R34 a log that was tampered with is no log', () => {
  const bob = new PersonOnPaper();
  for (const command of [use('a'), owe('a', at(60)), end('a')]) bob.does(command, 0);
  const entries = bob.log;
  test.each<[string, PersonEntry[], RegExp]>([
    ['an entry is missing', entries.filter(({ seq }) => seq !== 2), /entry 3: follows entry 1/],
    ['the first is missing', entries.slice(1), /entry 2: follows entry 0/],
    [
      'one was altered',
      entries.map((entry) => (entry.seq === 1 ? { ...entry, at: at(-1) } : entry)),
      /entry 2: does not carry/,
    ],
    [
      'one is of somebody else',
      entries.map((entry) => (entry.seq === 3 ? { ...entry, person: 'carol' } : entry)),
      /entry 3: belongs/,
    ],
    [
      'one has another id',
      entries.map((entry) => (entry.seq === 3 ? { ...entry, id: personLogId('carol') } : entry)),
      /entry 3: belongs/,
    ],
    [
      'the last was dated back',
      entries.map((entry) => (entry.seq === 3 ? { ...entry, at: at(-1) } : entry)),
      /entry 3: is older/,
    ],
  ])('%s', (_, altered, why) => {
    expect(() => foldPerson(altered)).toThrow(why);
  });
});

const names = ['a', 'b', 'c'];
const command: fc.Arbitrary<PersonCommand> = fc.oneof(
  fc.constantFrom(...names).map(use),
  fc.record({ name: fc.constantFrom(...names), due: fc.nat(120) }).map(({ name, due }) => owe(name, at(due))),
  fc
    .record({ name: fc.constantFrom(...names), outcome: fc.constantFrom<Outcome>('approved', 'rejected', 'expired') })
    .map(({ name, outcome }) => end(name, outcome)),
);
const steps = fc.array(fc.record({ command, minute: fc.nat(150), stale: fc.boolean() }), { maxLength: 25 });

/** Commands by writers who may have read before somebody else wrote: their append fails, and they decide again. */
function raced(todo: { command: PersonCommand; minute: number; stale: boolean }[]): PersonOnPaper {
  const bob = new PersonOnPaper();
  let seen: PersonEntry[] = [];
  for (const { command, minute, stale } of todo) {
    const decision = decidePerson(foldPerson(stale ? seen : bob.log), 'bob', command, at(minute));
    const taken = decision.kind === 'append' && bob.log.some(({ seq }) => seq === decision.entry.seq);
    seen = [...bob.log];
    if (taken) bob.does(command, minute);
    else if (decision.kind === 'append') bob.log.push(decision.entry);
  }
  return bob;
}

test('R40 whatever is asked, in whatever order, raced or twice: one chain, each command once, never an override while one is overdue', () => {
  fc.assert(
    fc.property(steps, (todo) => {
      const { log } = raced(todo);
      expect(new Set(log.map(({ commandId }) => commandId)).size).toBe(log.length);
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1));
      for (const [i, entry] of log.entries()) {
        const before = foldPerson(log.slice(0, i));
        expect(entry.at >= (before?.at ?? '')).toBe(true);
        if (entry.type === 'override_used') expect(overdueReview(before, entry.at)).toBeUndefined();
      }
      expect(foldPerson(JSON.parse(JSON.stringify(log)))).toEqual(foldPerson(log));
    }),
  );
});
