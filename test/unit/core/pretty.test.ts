import { prettyJson, prettyNumber } from '../../../core/pretty.ts';

describe('indented JSON', () => {
  it('is the same value', () => {
    const text = '{"a":[1,{"b":"x \\"[{ y"}],"c":null}';
    expect(JSON.parse(prettyJson(text))).toEqual(JSON.parse(text));
    expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}');
  });

  it('R29 stays bounded where indentation would bloat the text', () => {
    const deep = '['.repeat(3000) + ']'.repeat(3000);
    expect(prettyJson(deep)).toBe(deep);
    const wide = `${'['.repeat(39)}${'1,'.repeat(20_000)}1${']'.repeat(39)}`;
    expect(prettyJson(wide)).toBe(wide);
  });

  it('does not take brackets inside strings for depth', () => {
    const text = JSON.stringify({ a: '['.repeat(100) });
    expect(prettyJson(text)).toContain('\n');
  });
});

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1234567, '1,234,567'],
])('%i is written %s', (count, written) => {
  expect(prettyNumber(count)).toBe(written);
});
