import { type PlannedWindow, scopeOf, windowIn } from '../../../../core/maintenance/window.ts';

const window: PlannedWindow = {
  title: 'Move the database',
  reason: 'its disk is full',
  from: '2026-11-22T01:00:00.000Z',
  to: '2026-11-22T03:00:00.000Z',
  noticeAt: '2026-11-21T01:00:00.000Z',
  environments: ['production'],
  sources: ['events:demo.*'],
  stakeholders: ['carol@example.com'],
};

test('a window is read back from the payload of its request', () => {
  expect(windowIn({ text: JSON.stringify(window) })).toEqual(window);
});

test('a payload that is stored elsewhere, is no JSON or lacks anything is no window', () => {
  expect(windowIn({ ref: {} })).toBeUndefined();
  expect(windowIn({ text: 'no JSON' })).toBeUndefined();
  for (const key of Object.keys(window))
    for (const value of [undefined, null, 7, [7]])
      expect([key, value, windowIn({ text: JSON.stringify({ ...window, [key]: value }) })]).toEqual([
        key,
        value,
        undefined,
      ]);
});

test('a request is held against its time and its scope alone', () => {
  const { from, to, environments, sources } = window;
  expect(scopeOf('w1', window)).toEqual({ id: 'w1', from, to, environments, sources });
});
