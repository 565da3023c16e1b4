import fc from 'fast-check';
import { durationMs } from '../../cli/duration.ts';
import { columnsOf, fitted } from '../../cli/fitted.ts';

describe('a table', () => {
  test('has its columns under each other', () => {
    expect(
      fitted(
        [
          ['a', 'bcd'],
          ['long', 'e'],
        ],
        80,
      ),
    ).toEqual(['a     bcd', 'long  e']);
  });

  test('that is too wide breaks its widest cells at spaces, and words only where they must', () => {
    expect(
      fitted(
        [
          ['id', 'a few words and more'],
          ['x', 'short'],
        ],
        14,
      ),
    ).toEqual(['id  a few', '    words and', '    more', 'x   short']);
    expect(fitted([['abcdefghijklmnopqrst']], 10)).toEqual(['abcdefghij', 'klmnopqrst']);
  });

  test('wide characters and emoji take two columns', () => {
    expect(columnsOf('日本👩‍🚀é')).toBe(7);
    expect(
      fitted(
        [
          ['日本', 'x'],
          ['abcd', 'y'],
        ],
        80,
      ),
    ).toEqual(['日本  x', 'abcd  y']);
  });

  test('fits any terminal that is not absurdly narrow, and loses nothing but spaces', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,30}$/);
    const cell = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
    const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 40, max: 120 }), (table, width) => {
        const lines = fitted(table, width);
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        const letters = (text: string) => [...text.replace(/ /g, '')].sort().join('');
        expect(letters(lines.join(''))).toBe(letters(table.flat().join('')));
      }),
    );
  });
});

test('durations are written short, or as policies write them', () => {
  expect(['90s', '30m', '2h', '1d', '24_hours', '3_days'].map(durationMs)).toEqual([
    ...[90_000, 1_800_000, 7_200_000, 86_400_000, 86_400_000, 259_200_000],
  ]);
  for (const wrong of ['', '5', '0s', '-1h', '1w', '1.5h', '2 h', '1_hour_', '9999999s', '1_toString'])
    expect(durationMs(wrong)).toBeUndefined();
});
