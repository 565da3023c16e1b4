import { dayStart } from '../../../../core/policy/time-zone.ts';

describe('a day begins', () => {
  test.each([
    ['at midnight', '2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['at one, where clocks go forward at midnight', '2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
    ['at one, where they do in the north', '2026-03-08', 'America/Havana', '2026-03-08T05:00:00.000Z'],
    ['at one, where midnight is that of UTC', '2026-03-29', 'Atlantic/Azores', '2026-03-29T01:00:00.000Z'],
    ['at the first of two midnights, where clocks go back', '2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'],
    [
      'at midnight, where clocks went back an hour before',
      '2026-04-05',
      'America/Santiago',
      '2026-04-05T04:00:00.000Z',
    ],
    ['with the next one, where a day was left out', '2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
  ])('%s', (_, day, zone, expected) => {
    expect(dayStart(day, zone)).toBe(expected);
  });

  test('so many days after another, in the offset of its own', () => {
    expect(dayStart('2026-03-28', 'Europe/Berlin', 2)).toBe('2026-03-29T22:00:00.000Z');
  });
});
