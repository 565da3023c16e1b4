import { digestOf, requestIdentity } from '../../../../core/canonical.ts';
import type { Open } from '../../../../core/decide/open.ts';
import type { Entry } from '../../../../core/entry.ts';
import { BrokenChain, fold } from '../../../../core/fold.ts';
import { limits } from '../../../../core/limits.ts';
import { type PlannedWindow, scopeOf } from '../../../../core/maintenance/window.ts';
import { ownSources } from '../../../../core/policy/own-sources.ts';
import { reactionsTo } from '../../../../core/reactions.ts';
import { nextDue } from '../../../../core/request.ts';
import {
  after,
  approve,
  cancel,
  entryIn,
  fallDue,
  gateOf,
  given,
  last,
  minute,
  open,
  refusalIn,
  reject,
  requestIn,
  stage,
  when,
} from '../../../support/core-fixtures.ts';

const id = requestIdentity(ownSources.maintenanceWindow, 'w-1');
const window: PlannedWindow = {
  title: 'Move the database',
  reason: 'The old one is full.',
  from: minute(60),
  to: minute(120),
  noticeAt: minute(50),
  environments: ['production'],
  sources: ['*'],
  stakeholders: ['head@example.com', 'Head@example.com'],
};
const scope = scopeOf(id, window);

/** A window asked for at minute 0, that bob approves at minute 1. */
function asked(more: Partial<PlannedWindow> = {}): Open {
  const gate = gateOf([stage(['bob'])], { notBefore: window.from, notAfter: window.to });
  const command = open(gate, { tasks: [], payload: { text: JSON.stringify({ ...window, ...more }) } });
  if (!command.opening) throw new Error('nothing is opened');
  const opening = { ...command.opening, id, source: ownSources.maintenanceWindow, requestId: 'w-1' };
  return { ...command, opening };
}
const granted = () => given(asked(), approve('bob', { at: { id } }));
const announced = () => after(granted(), fallDue, minute(50));
const inForce = () => after(announced(), fallDue, minute(60));
const through = (request: string, more = {}) => ({
  ...{ type: 'let_through' as const, request, title: `Deploy ${request}`, window: scope },
  ...more,
});
const end = { type: 'end_window' as const, by: 'erin@example.com', reason: 'done early' };

describe('the times of a window', () => {
  test('granted, it is announced at its notice, takes effect at its beginning and ends at its end: a timer for each', () => {
    expect(nextDue(requestIn(granted()))).toBe(minute(50));
    expect(refusalIn(when(granted(), fallDue, minute(49.9)))).toEqual(['too_early', 409]);
    expect(last(announced())).toMatchObject({ type: 'window_announced', at: minute(50), commandId: 'announce' });
    expect(nextDue(requestIn(announced()))).toBe(minute(60));
    expect(refusalIn(when(announced(), fallDue, minute(59.9)))).toEqual(['too_early', 409]);
    expect(last(inForce())).toMatchObject({ type: 'took_effect', at: minute(60), outcome: 'approved' });
    expect(nextDue(requestIn(inForce()))).toBe(minute(120));
    expect(when(inForce(), fallDue, minute(119.9))).toMatchObject({ kind: 'recorded', entry: { type: 'took_effect' } });
    const over = after(inForce(), fallDue, minute(120));
    expect(last(over)).toMatchObject({ type: 'window_ended', at: minute(120), commandId: 'end_of_window' });
    expect(last(over)).not.toHaveProperty('by');
    expect(nextDue(requestIn(over))).toBeUndefined();
  });

  test('whose notice was never given takes effect all the same; another request is announced to nobody', () => {
    expect(last(after(granted(), fallDue, minute(60)))).toMatchObject({ type: 'took_effect' });
    const other = given(gateOf([stage(['bob'])], { notBefore: minute(60) }), approve('bob'));
    expect(nextDue(requestIn(other))).toBe(minute(60));
    expect(refusalIn(when(other, fallDue, minute(55)))).toEqual(['too_early', 409]);
    expect(reactionsTo(requestIn(other)).window).toBeUndefined();
  });

  test('too late for it, it expires', () => {
    expect(last(after(granted(), fallDue, minute(120.1)))).toMatchObject({ type: 'expired' });
    expect(last(after(given(asked()), fallDue, minute(120)))).toMatchObject({ type: 'expired' });
  });
});

describe('what a window lets through', () => {
  test('is noted in its own log, once', () => {
    const log = after(inForce(), through('a'), minute(61));
    expect(last(log)).toMatchObject({ type: 'let_through', request: 'a', title: 'Deploy a', commandId: 'through:a' });
    expect(when(log, through('a'), minute(62))).toEqual({ kind: 'recorded', entry: last(log) });
    const both = after(log, through('b'), minute(62));
    expect(requestIn(both).maintenance?.through).toEqual([
      { request: 'a', title: 'Deploy a', at: minute(61) },
      { request: 'b', title: 'Deploy b', at: minute(62) },
    ]);
  });

  test.each<[string, () => Entry[], number]>([
    ['before it is approved', () => given(asked()), 61],
    ['before it has taken effect', announced, 61],
    ['once its time is over, though nobody has ended it', inForce, 120],
    ['once it has been ended', () => after(inForce(), end, minute(70)), 71],
    ['where it was rejected', () => given(asked(), reject('bob', { at: { id } })), 61],
    ['where it was taken back', () => after(granted(), cancel({ source: ownSources.maintenanceWindow })), 61],
    ['where it is no window', () => given(gateOf([stage(['bob'])]), approve('bob')), 61],
  ])('is nothing %s', (_, log, at) => {
    expect(refusalIn(when(log(), through('a'), minute(at)))).toEqual(['window_shut', 409]);
  });

  test('what was noted before is let through no more once it is over', () => {
    const log = after(after(inForce(), through('a'), minute(61)), end, minute(70));
    expect(refusalIn(when(log, through('a'), minute(71)))).toEqual(['window_shut', 409]);
    expect(refusalIn(when(after(inForce(), through('a'), minute(61)), through('a'), minute(120)))).toEqual([
      'window_shut',
      409,
    ]);
  });

  test.each([
    ['from', { from: minute(59) }],
    ['to', { to: minute(121) }],
    ['environments', { environments: ['*'] }],
    ['sources', { sources: [] }],
    ['id', { id: 'another' }],
  ])('is nothing where the opening was told of another window: %s', (_, more) => {
    const command = through('a', { window: { ...scope, ...more } });
    expect(refusalIn(when(inForce(), command, minute(61)))).toEqual(['window_shut', 409]);
  });

  test('is bounded', () => {
    let log = inForce();
    for (let n = 0; n < limits.throughWindow; n++) log = after(log, through(`r${n}`), minute(61));
    expect(refusalIn(when(log, through('one more'), minute(61)))).toEqual(['too_many', 429]);
    expect(refusalIn(when(log, through('r0'), minute(61)))).toEqual(['recorded']);
    expect(last(after(log, fallDue, minute(120)))).toMatchObject({ type: 'window_ended' });
  });
});

describe('ending a window before its time', () => {
  test('says who and why, once; its end then finds that', () => {
    const log = after(inForce(), end, minute(70));
    expect(last(log)).toMatchObject({ type: 'window_ended', by: 'erin@example.com', reason: 'done early' });
    expect(when(log, { ...end, by: 'dan@example.com' })).toEqual({ kind: 'recorded', entry: last(log) });
    expect(nextDue(requestIn(log))).toBeUndefined();
    expect(when(log, fallDue, minute(120))).toMatchObject({ kind: 'recorded' });
  });

  test('is kept in what became of the window: who and why, or neither where its time was over', () => {
    const early = requestIn(after(inForce(), end, minute(70))).maintenance?.ended;
    expect(early).toStrictEqual({ seq: 5, at: minute(70), by: 'erin@example.com', reason: 'done early' });
    const late = requestIn(after(inForce(), fallDue, minute(120))).maintenance?.ended;
    expect(late).toStrictEqual({ seq: 5, at: minute(120) });
  });

  test.each<[string, () => Entry[]]>([
    ['before it began', granted],
    ['where it never will', () => given(asked(), reject('bob', { at: { id } }))],
  ])('not %s', (_, log) => {
    expect(refusalIn(when(log(), end))).toEqual(['window_shut', 409]);
  });
});

describe('what a window asks of the outside', () => {
  const dueOf = (log: Entry[]) => reactionsTo(requestIn(log));
  const news = (log: Entry[]) =>
    dueOf(log).mails.flatMap((mail) => (mail.kind === 'window' ? [[mail.mail, mail.since, mail.to]] : []));

  test('listed while it is asked for, in force while it is, gone when it is over; then its validation', () => {
    expect(dueOf(given(asked())).window).toEqual({ state: 'asked', window: scope, since: 1, validation: false });
    expect(dueOf(announced()).window).toMatchObject({ state: 'asked', since: 1 });
    expect(dueOf(inForce())).toMatchObject({ window: { state: 'in_force', since: 4, validation: false }, open: true });
    const over = after(inForce(), fallDue, minute(120));
    expect(dueOf(over)).toMatchObject({ window: { state: 'over', since: 5, validation: true }, open: true });
    const validated = after(over, { type: 'note_review', review: 'v' });
    expect(dueOf(validated)).toMatchObject({ window: { state: 'over', validation: false }, open: false });
    const rejected = given(asked(), reject('bob', { at: { id } }));
    expect(dueOf(rejected)).toMatchObject({ window: { state: 'over', since: 2, validation: false }, open: false });
  });

  test('stakeholders are told once each what is new, and nothing before it was let be', () => {
    const off = after(announced(), cancel({ source: ownSources.maintenanceWindow }), minute(55));
    expect(news(given(asked()))).toEqual([]);
    expect(news(granted())).toEqual([]);
    expect(news(announced())).toEqual([['window/ahead/head@example.com', 3, 'Head@example.com']]);
    expect(news(inForce())).toEqual([['window/begun/head@example.com', 4, 'Head@example.com']]);
    expect(news(after(inForce(), end))).toEqual([['window/over/head@example.com', 5, 'Head@example.com']]);
    expect(news(off)).toEqual([['window/off/head@example.com', 4, 'Head@example.com']]);
    expect(news(after(granted(), cancel({ source: ownSources.maintenanceWindow })))).toEqual([]);
  });
});

describe('R34 a log that says of a window what cannot be', () => {
  const forged = (log: Entry[], entry: object): Entry[] => {
    const { id: of, source, requestId, head, seq } = requestIn(log);
    return [
      ...log,
      { id: of, source, requestId, seq: seq + 1, at: minute(61), prev: head, commandId: 'x', ...entry } as Entry,
    ];
  };
  const letThrough = { type: 'let_through', request: 'a', title: 'A' };

  test.each<[string, () => Entry[]]>([
    ['lets through before it is in force', () => forged(announced(), letThrough)],
    ['lets through before it begins', () => forged(inForce(), { ...letThrough, at: minute(60 - 1) })],
    ['lets through after its end', () => forged(inForce(), { ...letThrough, at: minute(120) })],
    ['ends what is not in force', () => forged(granted(), { type: 'window_ended' })],
    ['announces what is not granted', () => forged(given(asked()), { type: 'window_announced' })],
    [
      'announces what is no window',
      () =>
        forged(given(gateOf([stage(['bob'])], { notBefore: minute(90) }), approve('bob')), {
          type: 'window_announced',
        }),
    ],
  ])('%s, is refused', (_, log) => {
    expect(() => fold(log())).toThrow(BrokenChain);
  });

  test.each<[RegExp, () => Entry[]]>([
    [/announces a window that is none/, () => forged(given(asked()), { type: 'window_announced' })],
    [/lets a request through while no window is in force/, () => forged(inForce(), { ...letThrough, at: minute(120) })],
    [/ends a window that is not in force/, () => forged(granted(), { type: 'window_ended' })],
  ])('is refused with what is wrong: %s', (wrong, log) => {
    expect(() => fold(log())).toThrow(wrong);
  });

  test('a payload that is no window makes none', () => {
    for (const text of ['{}', 'nonsense', '{"from":1}']) {
      const command = open(gateOf([stage(['bob'])]), { payload: { text } });
      if (!command.opening) throw new Error('nothing is opened');
      const log = given({ ...command, opening: { ...command.opening, source: ownSources.maintenanceWindow } });
      expect(requestIn(log).maintenance).toBeUndefined();
    }
    const ref = { bucket: 'b', key: 'k', versionId: 'v', digest: digestOf('x') };
    const large = open(gateOf([stage(['bob'])]), { payload: { ref, bytes: 9_000 } });
    if (!large.opening) throw new Error('nothing is opened');
    const log = given({ ...large, opening: { ...large.opening, source: ownSources.maintenanceWindow } });
    expect(requestIn(log).maintenance).toBeUndefined();
  });

  test('nor does a window in a request of any other source', () => {
    const log = given(open(gateOf([stage(['bob'])]), { payload: { text: JSON.stringify(window) } }));
    expect(requestIn(log).maintenance).toBeUndefined();
    expect(entryIn(when(log, approve('bob')))).toMatchObject({ outcome: 'approved' });
  });
});
