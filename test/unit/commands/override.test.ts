import { personLogId } from '../../../core/canonical.ts';
import { runPersonCommand } from '../../../lambdas/commands/run-person-command.ts';
import { type Fakes, fakeServices } from '../../support/fakes.ts';
import { askForOverride, emergencyPolicy, personRecord } from '../../support/overrides.ts';

function published(actFirst: string[] = []): Fakes {
  const fakes = fakeServices();
  fakes.publish(emergencyPolicy(actFirst));
  return fakes;
}

/** A review of alice's is owed, and overdue in an hour. */
async function oweOne(fakes: Fakes, person = 'alice'): Promise<void> {
  const due = new Date(fakes.now.getTime() + 3600_000).toISOString();
  await runPersonCommand(fakes, person, { type: 'owe_review', override: 'earlier', review: 'its review', due });
}

const codeOf = (opening: Awaited<ReturnType<typeof askForOverride>>) =>
  opening.kind === 'refused' ? opening.refusal.code : opening.kind;

test('R40 an override asked for stands in the log of whose it is, with its reason, before the request is opened', async () => {
  const fakes = published();
  const opening = await askForOverride(fakes, 'one');
  if (opening.kind === 'refused') throw new Error(opening.refusal.message);
  expect(opening.request).toMatchObject({ status: 'pending', round: { gate: { workflow: 'emergency_bypass' } } });
  expect(personRecord(fakes, 'alice')?.overrides).toMatchObject([
    { request: opening.request.id, title: 'Restart one', justification: 'checkout is down' },
  ]);
  expect(fakes.calls.indexOf('people.append')).toBeLessThan(fakes.calls.indexOf('log.append'));
  expect(fakes.calls.indexOf('people.append')).toBeLessThan(fakes.calls.indexOf('waiting.noteOpening'));
});

test('R40 asked for again, or crashed before its opening was written, it stands there once', async () => {
  const fakes = published();
  const crashing = fakes.restarted();
  crashing.hook = ({ name }, when) => {
    if (name === 'log.append' && when === 'before') throw new Error('killed here');
  };
  await expect(askForOverride(crashing, 'one')).rejects.toThrow('killed here');
  expect(codeOf(await askForOverride(fakes, 'one'))).toBe('opened');
  expect(codeOf(await askForOverride(fakes, 'one'))).toBe('recorded');
  expect(personRecord(fakes, 'alice')?.seq).toBe(1);
});

test('R40 twenty raced overrides by somebody with an overdue review are all refused, and none leaves anything', async () => {
  const fakes = published(['alice']);
  await oweOne(fakes);
  fakes.advance(3600);
  const raced = await Promise.all(
    Array.from({ length: 20 }, (_, i) => askForOverride(fakes.restarted(), `raced-${i}`, { person: 'alice' })),
  );
  expect(new Set(raced.map(codeOf))).toEqual(new Set(['override_blocked']));
  expect(personRecord(fakes, 'alice')?.overrides).toEqual([]);
  expect([...fakes.tables.log.keys()]).toEqual([]);
});

test('R40 a stream that is behind lets nobody by: what took effect is owed a review from then on', async () => {
  const fakes = published(['alice']);
  const first = await askForOverride(fakes, 'one', { person: 'alice' });
  fakes.advance(3599);
  expect(codeOf(await askForOverride(fakes, 'two', { person: 'alice' }))).toBe('opened');
  fakes.advance(1);
  expect(codeOf(await askForOverride(fakes, 'three', { person: 'alice' }))).toBe('override_blocked');
  if (first.kind === 'refused') throw new Error(first.refusal.message);
  expect(personRecord(fakes, 'alice')?.owed.map(({ override }) => override)).toContain(first.request.id);
});

test('R40 one that waits for its approval owes nothing yet', async () => {
  const fakes = published();
  await askForOverride(fakes, 'one');
  fakes.advance(24 * 3600);
  expect(codeOf(await askForOverride(fakes, 'two'))).toBe('opened');
  expect(personRecord(fakes, 'alice')?.owed).toEqual([]);
});

test('R40 raced overrides each leave their own entry', async () => {
  const fakes = published(['alice']);
  const raced = await Promise.all(
    Array.from({ length: 20 }, (_, i) => askForOverride(fakes.restarted(), `raced-${i}`, { person: 'alice' })),
  );
  expect(new Set(raced.map(codeOf))).toEqual(new Set(['opened']));
  expect(new Set(personRecord(fakes, 'alice')?.overrides.map(({ request }) => request)).size).toBe(20);
});

describe('R40 R7 whose override it is', () => {
  test.each([
    ['the verified person, whoever they name', { person: 'bob', requestedBy: 'alice@example.com' }, 'bob'],
    ['else whom the directory has at the address', { requestedBy: 'alice@example.com' }, 'alice'],
    ['in another case or with a tag', { requestedBy: 'Alice+oncall@Example.com' }, 'alice'],
    ['in a disguise', { requestedBy: 'аlice@example.com' }, 'alice'],
  ])('%s', async (_, asked, whose) => {
    const fakes = published();
    await askForOverride(fakes, 'one', asked);
    expect([...fakes.tables.personLogs.keys()]).toEqual([personLogId(whose)]);
    await oweOne(fakes, whose);
    fakes.advance(3600);
    expect(codeOf(await askForOverride(fakes, 'two', asked))).toBe('override_blocked');
  });
});

test('R40 an override that is nobody’s is refused: a new name each time would outrun every overdue review', async () => {
  const fakes = published();
  for (const requestedBy of ['robot@example.com', 'robot2@example.com', '\u{10ffff}@example.com']) {
    const opening = await askForOverride(fakes, requestedBy, { requestedBy });
    expect(opening).toMatchObject({ kind: 'refused', refusal: { code: 'claim_not_allowed' } });
    if (opening.kind === 'refused') expect(opening.refusal.message).toContain('is nobody in the policy');
  }
  expect([fakes.tables.personLogs.size, fakes.tables.log.size]).toEqual([0, 0]);
});

test('what is refused for another reason leaves nothing in anybody’s log', async () => {
  const fakes = fakeServices();
  fakes.publish(emergencyPolicy([], { stage: { name: 'bypass', approvers: ['alice'], rule: 'any', timeout: 60 } }));
  expect(codeOf(await askForOverride(fakes, 'one'))).toBe('gate_unreachable');
  expect(fakes.tables.personLogs.size).toBe(0);
});
