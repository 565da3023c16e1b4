import { itemBytes, readUnits, writeUnits } from '../../../bench/item-size.ts';

test.each([
  ['a text: its name and its UTF-8', { näm: { S: 'é' } }, 4 + 2],
  ['a number: a byte for two digits, and one', { n: { N: '12345' } }, 1 + 4],
  ['a number below zero: one more', { n: { N: '-12' } }, 1 + 3],
  ['zeros at its ends do not count', { n: { N: '1000' } }, 1 + 2],
  ['bytes: as many as there are', { b: { B: new Uint8Array(1536) } }, 1 + 1536],
  ['true, false and null: one', { t: { BOOL: true }, z: { NULL: true } }, 1 + 1 + 1 + 1],
  ['a list: three, and one for each element', { l: { L: [{ S: 'ab' }, { S: 'c' }] } }, 1 + 3 + 3 + 2],
  ['a map: three, and one for each pair', { m: { M: { a: { S: 'bc' } } } }, 1 + 3 + 3 + 1],
])('DynamoDB bills %s', (_, item, bytes) => {
  expect(itemBytes(item)).toBe(bytes);
});

test('a write unit is a KB begun, a read unit 4 KB, half of it where it may be stale; nothing found costs the least', () => {
  expect([0, 1024, 1025].map(writeUnits)).toEqual([1, 1, 2]);
  expect([0, 4096, 4097].map((bytes) => readUnits(bytes, true))).toEqual([1, 1, 2]);
  expect(readUnits(4097, false)).toBe(1);
});
