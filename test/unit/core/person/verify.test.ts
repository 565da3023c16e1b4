import { digestOf, personLogId } from '../../../../core/canonical.ts';
import { decidePerson, type PersonCommand } from '../../../../core/person/decide.ts';
import type { PersonEntry } from '../../../../core/person/entry.ts';
import { foldPerson } from '../../../../core/person/fold.ts';
import { verifyPersonLog } from '../../../../core/person/verify.ts';

const at = '2026-11-21T10:00:00.000Z';
const commands: PersonCommand[] = [
  { type: 'use_override', request: 'a', title: 'Restart', justification: 'checkout is down' },
  { type: 'owe_review', override: 'a', review: 'r', due: '2026-11-24T10:00:00.000Z' },
  { type: 'end_review', review: 'r', outcome: 'approved' },
];
const log: PersonEntry[] = [];
for (const command of commands) {
  const decision = decidePerson(foldPerson(log), 'bob', command, at);
  if (decision.kind === 'append') log.push(decision.entry);
}
const changed = (seq: number, more: object) => log.map((entry) => (entry.seq === seq ? { ...entry, ...more } : entry));

test('R34 a whole log of a person verifies, with the record that it makes', () => {
  const head = digestOf(log[2]);
  expect(verifyPersonLog(JSON.parse(JSON.stringify(log)), { id: personLogId('bob'), head })).toMatchObject({
    ok: true,
    id: personLogId('bob'),
    entries: 3,
    findings: [],
    head,
    record: { person: 'bob', overrides: [{ request: 'a' }], owed: [] },
  });
});

test.each<[string, unknown[], object, { seq: number; message: RegExp }]>([
  ['an empty one', [], {}, { seq: 1, message: /empty/ }],
  ['an altered reason', changed(1, { justification: 'none' }), {}, { seq: 2, message: /does not carry the hash/ }],
  ['a missing entry', [log[0], log[2]], {}, { seq: 3, message: /follows entry 1/ }],
  ['something else among them', [log[0], { seq: 2 }, log[2]], {}, { seq: 2, message: /is not an entry/ }],
  ['another person’s', log, { id: personLogId('carol') }, { seq: 1, message: /belongs to/ }],
  ['one under another name', [{ ...log[0], person: 'carol' }], {}, { seq: 1, message: /is of carol/ }],
  ['a cut tail', log.slice(0, 2), { head: digestOf(log[2]) }, { seq: 3, message: /was cut at its end/ }],
])('R34 %s does not, and is named', (_, items, expected, { seq, message }) => {
  const { ok, findings } = verifyPersonLog(items, expected);
  expect(ok).toBe(false);
  expect(findings).toEqual([expect.objectContaining({ seq, message: expect.stringMatching(message) })]);
});

test('R34 a whole log verifies without a hash to compare with, and says whose it is', () => {
  const verified = verifyPersonLog(log);
  expect(verified).toMatchObject({ ok: true, id: personLogId('bob'), findings: [], unchecked: [] });
  expect(verifyPersonLog([]).id).toBe('');
  expect(verifyPersonLog(log, { id: personLogId('carol') }).id).toBe(personLogId('carol'));
});

test('R34 the first thing that is wrong is the finding, whatever else is; and there is no record', () => {
  const altered = changed(1, { justification: 'none' });
  const verified = verifyPersonLog(altered, { head: 'another' });
  expect(verified.findings).toEqual([
    { seq: 2, position: 2, message: 'does not carry the hash of the entry before it' },
  ]);
  expect(verified).not.toHaveProperty('record');
  expect(verifyPersonLog(log, { id: personLogId('carol') })).not.toHaveProperty('record');
});

test('R34 a finding says what is wrong without its number, which stands beside it', () => {
  const many: PersonEntry[] = [];
  for (let i = 1; i <= 11; i++) {
    const use: PersonCommand = { type: 'owe_review', override: `o${i}`, review: `r${i}`, due: at };
    const decision = decidePerson(foldPerson(many), 'bob', use, at);
    if (decision.kind === 'append') many.push(decision.entry);
  }
  const [finding] = verifyPersonLog(
    many.map((entry) => (entry.seq === 11 ? { ...entry, prev: null } : entry)),
  ).findings;
  expect(finding).toEqual({ seq: 11, position: 11, message: 'does not carry the hash of the entry before it' });
});
