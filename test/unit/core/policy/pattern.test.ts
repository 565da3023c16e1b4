import fc from 'fast-check';
import { fitsPattern, patternsOverlap } from '../../../../core/policy/pattern.ts';

test.each([
  ['iam:*', 'iam:Deploy', true],
  ['*', '', true],
  ['a*b*c', 'abc', true],
  ['a*b*c', 'axxbyyc', true],
  ['a*b*c', 'acb', false],
  ['ab*ba', 'aba', false],
  ['a.c', 'abc', false],
  ['abc', 'abcd', false],
  ['events:demo.*@000000000000', 'events:demo.shop@000000000000', true],
  ['events:demo.*@000000000000', 'events:demo.shop@000000000000@111111111111', false],
  ['**', 'x', true],
])('%s and %s: %s', (pattern, text, fits) => {
  expect(fitsPattern(pattern, text)).toBe(fits);
});

const letters = (more: string) => fc.string({ unit: fc.constantFrom(...`ab${more}`), maxLength: 8 });

test('a pattern fits exactly what the same regular expression does', () => {
  fc.assert(
    fc.property(letters('*'), letters(''), (pattern, text) => {
      expect(fitsPattern(pattern, text)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text));
    }),
  );
});

test('two patterns overlap as soon as one text fits both', () => {
  fc.assert(
    fc.property(letters('*'), letters('*'), letters(''), (one, other, text) => {
      expect(patternsOverlap(one, other)).toBe(patternsOverlap(other, one));
      if (fitsPattern(one, text) && fitsPattern(other, text)) expect(patternsOverlap(one, other)).toBe(true);
    }),
    { numRuns: 1000 },
  );
  expect(patternsOverlap('a*', '*b')).toBe(true);
  expect(patternsOverlap('a*', 'b*')).toBe(false);
  expect(patternsOverlap('a*c', 'a*d')).toBe(false);
});
