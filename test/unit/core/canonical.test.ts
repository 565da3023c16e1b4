import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson, digestOf, requestIdentity, sha256Hex, taskKeyOf } from '../../../core/canonical.ts';

describe('canonical JSON is RFC 8785', () => {
  test.each<[string, unknown, string]>([
    // RFC 8785, 3.2.2 and 3.2.3.
    [
      'the example of the RFC',
      {
        numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
        string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
        literals: [null, true, false],
      },
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ],
    [
      'keys sorted by UTF-16 code units, not by code points',
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 },
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    ],
    ['keys that are numbers', { 10: 'a', 9: 'b', '09': 'c' }, '{"09":"c","10":"a","9":"b"}'],
    ['no white space, nothing reordered in lists', [3, { b: [2, 1], a: {} }], '[3,{"a":{},"b":[2,1]}]'],
    ['escapes', '\b\t\n\f\r"\\/\u0000\u001f\u007f\u2028', '"\\b\\t\\n\\f\\r\\"\\\\/\\u0000\\u001f\u007f\u2028"'],
    ['text is not normalized', ['\u00e9', 'e\u0301'], '["\u00e9","e\u0301"]'],
    ['prototypes are no keys', JSON.parse('{"__proto__":1,"constructor":2}'), '{"__proto__":1,"constructor":2}'],
  ])('%s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  // RFC 8785, appendix B.
  test.each<[string, string]>([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('the number %s', (hex, text) => {
    expect(canonicalJson(Buffer.from(hex, 'hex').readDoubleBE())).toBe(text);
  });

  test('what is not JSON has no canonical form', () => {
    for (const value of [
      undefined,
      '\ud800',
      { '\udc00': 1 },
      Number.NaN,
      Number.POSITIVE_INFINITY,
      [Number.NaN],
      () => 1,
      Symbol('x'),
    ])
      expect(() => canonicalJson(value)).toThrow();
    expect(() => canonicalJson(undefined)).toThrow(new TypeError('not a JSON value'));
    expect(() => canonicalJson(1n)).toThrow();
  });

  test('reads back as the same value, and is the same whatever order the keys came in', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, shuffled(inner)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.stringify(JSON.parse(text)).length).toBe(text.length);
        expect(canonicalJson(shuffled(JSON.parse(JSON.stringify(value))))).toBe(text);
      }),
    );
  });
});

describe('digests', () => {
  test('are SHA-256 over UTF-8, as anybody’s tool computes it', () => {
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(sha256Hex(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
      }),
    );
    expect(digestOf({ b: 1, a: 'ö' })).toBe(createHash('sha256').update('{"a":"ö","b":1}').digest('hex'));
  });

  test('R8 R9 differ for values that differ, were it by one character', () => {
    const values = ['a', 'a ', 'A', 'а', '\ufffd', 1, '1', null, [], {}, [[]], { a: null }, ['a'], 0.1];
    expect(new Set(values.map(digestOf)).size).toBe(values.length);
  });
});

describe('our id of a request', () => {
  const id = requestIdentity('events:demo.shop@000000000000', 'deploy-42');

  test('is 32 lower-case base32 characters of source and key, the same for ever', () => {
    expect(id).toMatch(/^[a-z2-7]{32}$/);
    expect(id).toBe('ixz5geb6bnak2uevg4nb3kcqvy45g4ct');
    expect(requestIdentity('events:demo.shop@000000000000', 'deploy-42')).toBe(id);
  });

  test('R24 no two sources or keys share it, however they are put together', () => {
    const pairs: [string, string][] = [
      ['a', 'b'],
      ['ab', ''],
      ['', 'ab'],
      ['b', 'a'],
      ['a"', 'b'],
      ['a', '"b'],
      ['a","b', ''],
      ['a', ',"b'],
      ['a\u0000', 'b'],
      ['a', '\u0000b'],
      ['["a","b"]', ''],
    ];
    expect(new Set(pairs.map(([source, key]) => requestIdentity(source, key))).size).toBe(pairs.length);
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), (source, key, at) => {
        const joined = source + key;
        const split = at % (joined.length + 1);
        const [other, rest] = [joined.slice(0, split), joined.slice(split)];
        expect(requestIdentity(other, rest) === requestIdentity(source, key)).toBe(other === source);
      }),
    );
  });
});

describe('R12 how a task is named', () => {
  test('by a hash that says nothing of its token', () => {
    expect(taskKeyOf('token')).toBe(createHash('sha256').update('task:token').digest('hex').slice(0, 32));
    expect(taskKeyOf('AQC'.repeat(500))).not.toContain('AQC');
    expect(taskKeyOf('a')).not.toBe(taskKeyOf('b'));
  });
});
