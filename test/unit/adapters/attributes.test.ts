import fc from 'fast-check';
import { digestOf } from '../../../core/canonical.ts';
import { fromItem, toItem } from '../../../lambdas/adapters/attributes.ts';

/** JSON as entries hold it: numbers DynamoDB holds, no key that it would lose. */
const storableNumber = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -9e125, max: 9e125 }),
    fc.integer(),
    fc.constantFrom(
      0,
      -0,
      1e125,
      -9.99e125,
      1e-130,
      2 ** 53,
      2 ** 53 + 2,
      -(2 ** 60),
      0.1 + 0.2,
      123456789012345680000,
    ),
  )
  .filter((n) => n === 0 || Math.abs(n) >= 1e-130);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    storableNumber,
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('json'),
      { maxKeys: 4 },
    ),
  ),
}));

/** What DynamoDB answers: numbers written out, without exponent or superfluous zeros. */
function asDynamoDBWrites(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, inner) =>
    key === 'N' && typeof inner === 'string' ? writtenOut(inner) : inner,
  );
}

function writtenOut(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(number) ?? [];
  const shift = Number(exponent);
  const digits = whole + fraction;
  const point = whole.length + shift;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length
    ? `${sign}${digits}${'0'.repeat(point - digits.length)}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

test('what is stored as attributes comes back with the same digest, whatever JSON it is', () => {
  fc.assert(
    fc.property(json, (facts) => {
      const entry = { id: 'x', facts };
      const back = fromItem(asDynamoDBWrites(toItem(entry)) as ReturnType<typeof toItem>);
      expect(digestOf(back)).toBe(digestOf(entry));
    }),
    { numRuns: 500 },
  );
});

test('a property that is undefined is left out, as the digest leaves it out', () => {
  const item = toItem({ id: 'x', outcome: undefined, inner: { reason: undefined } });
  expect(item).toEqual({ id: { S: 'x' }, inner: { M: {} } });
});

test.each([
  [1e126, /'facts.size'.*beyond/],
  [-1e300, /'facts.size'.*beyond/],
  [1e-131, /'facts.size'.*beyond/],
  [Number.NaN, /'facts.size'.*beyond/],
  [Number.POSITIVE_INFINITY, /'facts.size'.*beyond/],
])('a number beyond what DynamoDB holds is refused, naming its place: %p', (size, message) => {
  expect(() => toItem({ id: 'x', facts: { size } })).toThrow(message);
});

test('values that DynamoDB would lose or refuse for their shape are refused', () => {
  expect(() => toItem({ facts: JSON.parse('{"__proto__": 1}') })).toThrow(/__proto__/);
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
  expect(() => toItem({ facts: deep(31) })).not.toThrow();
  expect(() => toItem({ facts: deep(33) })).toThrow(/nested deeper/);
});
