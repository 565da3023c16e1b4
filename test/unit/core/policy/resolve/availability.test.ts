import type { Person } from '../../../../../core/policy/policy.ts';
import { absenceOf, coverOf, isWorking } from '../../../../../core/policy/resolve/availability.ts';
import { person } from '../../../../support/situations.ts';

const now = '2026-11-18T10:00:00.000Z'; // a Wednesday
const away = (cover?: string): Partial<Person> => ({
  outOfOffice: [{ from: '2026-11-18T00:00:00Z', to: '2026-11-19T00:00:00Z', ...(cover && { cover }) }],
});

describe('working hours', () => {
  const berlin = person('bob', {
    hours: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' },
    timeZone: 'Europe/Berlin',
  });
  test.each([
    ['at nine in the morning there', '2026-11-18T08:00:00Z', true],
    ['a minute earlier', '2026-11-18T07:59:59Z', false],
    ['a minute before their end', '2026-11-18T15:59:00Z', true],
    ['at their end', '2026-11-18T16:00:00Z', false],
    ['on a Saturday', '2026-11-21T10:00:00Z', false],
    ['in summer, when nine comes an hour earlier', '2026-07-15T07:00:00Z', true],
    ['before it in summer', '2026-07-15T06:59:00Z', false],
  ])('%s', (_, at, works) => {
    expect(isWorking(berlin, at)).toBe(works);
  });

  test('are those of the place: the day there may be another', () => {
    const hours = { days: ['thu'], from: '00:00', to: '24:00' };
    expect(isWorking(person('bob', { hours, timeZone: 'Pacific/Auckland' }), '2026-11-18T12:00:00Z')).toBe(true);
    expect(isWorking(person('bob', { hours, timeZone: 'America/New_York' }), '2026-11-18T12:00:00Z')).toBe(false);
    expect(isWorking(person('bob', { hours }), '2026-11-19T00:00:00Z')).toBe(true);
    expect(isWorking(person('bob', { hours }), '2026-11-18T23:59:00Z')).toBe(false);
  });

  test('whoever states none works always', () => {
    expect(isWorking(person('bob'), '2026-12-25T03:00:00Z')).toBe(true);
  });
});

test('an absence lasts from its beginning until its end', () => {
  const bob = person('bob', away('carol'));
  expect(absenceOf(bob, '2026-11-18T00:00:00.000Z')).toMatchObject({ cover: 'carol' });
  expect(absenceOf(bob, '2026-11-17T23:59:59.999Z')).toBeUndefined();
  expect(absenceOf(bob, '2026-11-19T00:00:00.000Z')).toBeUndefined();
  expect(absenceOf(person('carol'), now)).toBeUndefined();
});

test('W4 an absence without a cover hides no cover of another at the same time', () => {
  const [from, to] = ['2026-11-18T00:00:00Z', '2026-11-19T00:00:00Z'];
  const bob = person('bob', {
    outOfOffice: [
      { from, to },
      { from, to, cover: 'dan' },
      { from, to, cover: 'erin' },
    ],
  });
  expect(coverOf({ bob, dan: person('dan') }, 'bob', now)).toEqual({ person: 'dan', via: ['bob'] });
});

describe('who covers', () => {
  const people = {
    bob: person('bob', away('carol')),
    carol: person('carol', away('dan')),
    dan: person('dan'),
    erin: person('erin', away('frank')),
    frank: person('frank', away('erin')),
    gina: person('gina', away('nobody')),
    hugo: person('hugo', away()),
  };
  test('W4 is found along the chain, which is kept', () => {
    expect(coverOf(people, 'bob', now)).toEqual({ person: 'dan', via: ['bob', 'carol'] });
    expect(coverOf(people, 'carol', now)).toEqual({ person: 'dan', via: ['carol'] });
  });

  test('is nobody for who is there, where the chain goes round, ends, or names nobody', () => {
    for (const key of ['dan', 'erin', 'frank', 'gina', 'hugo', 'unknown', 'constructor'])
      expect(coverOf(people, key, now)).toBeUndefined();
  });
});
