import fc from 'fast-check';
import { duplicateKey } from '../../../../core/intake/duplicate-keys.ts';

test.each([
  ['{"a":1,"a":1}', 'a'],
  ['{"a":{"b":[0,{"c":1},{"c":1,"d":"}{","c":2}]}}', 'a.b.2.c'],
  ['{"name":1,"n\\u0061me":2}', 'name'],
  ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ['{"":1,"":2}', ''],
  ['{"a":"\\\\","a":2}', 'a'],
  [`{"a":1,${' '.repeat(5_000)}"a"${'\n'.repeat(5_000)}:2}`, 'a'],
])('R9 %# a key that stands twice is found, and where', (text, where) => {
  expect(JSON.parse(text)).toBeDefined();
  expect(duplicateKey(text)?.join('.')).toBe(where);
});

test('R9 what JSON.stringify writes has none; the same with one key more has it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.string(), (text, key) => {
      expect(duplicateKey(text)).toBeUndefined();
      const name = JSON.stringify(key);
      expect(duplicateKey(`[{"other":${text},${name}:${text}}]`)).toEqual(key === 'other' ? ['0', 'other'] : undefined);
      expect(duplicateKey(`[{${name}:${text},"other ":${text},${name}:1}]`)).toEqual(['0', key]);
    }),
  );
});

test('a long text is read to its end', () => {
  const long = JSON.stringify({ text: 'x'.repeat(9_000_000), quotes: '\\"'.repeat(300_000) });
  expect(duplicateKey(long)).toBeUndefined();
  expect(duplicateKey(`${long.slice(0, -1)},"text":1}`)).toEqual(['text']);
});
