import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { policyReferenceText, referenceFile } from '../../../support/policy-docs/reference.ts';
import { policySchema, policySchemaText, schemaFile } from '../../../support/policy-docs/schema.ts';
import { mistakesIn, seedBlocks, warningsIn } from './loaded.ts';

const read = (file: string) => readFileSync(file, 'utf8');
const shipped = read('policy/default.yaml');

describe('what is written of the language is what is read', () => {
  test.each([
    [schemaFile, policySchemaText],
    [referenceFile, policyReferenceText],
  ])('%s is up to date (if not: npm run policy-docs)', (file, text) => {
    expect(read(file)).toBe(text());
  });

  test('the default policy points editors at the schema', () => {
    expect(shipped.split('\n')[0]).toBe(`# yaml-language-server: $schema=../${schemaFile}`);
  });
});

describe('the schema for editors', () => {
  const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(policySchema())));
  const takes = (text: string) => schema.safeParse(parse(text)).success;

  test.each([
    ['policy/default.yaml', shipped],
    ['policy/demo.yaml', read('policy/demo.yaml')],
    ["the seed's blocks", seedBlocks.join('\n')],
  ])('takes %s', (_, text) => {
    expect(takes(text)).toBe(true);
  });

  test.each([
    ['a key that is none', 'directory:', 'directroy:'],
    ['a key that is none in a rule', 'approver: [security_team', 'aprover: [security_team'],
    ['a duration that is none', '48_hours', '48_parsecs'],
    ['a word that is none', 'least_loaded #', 'least_busy #'],
    ['a name that is none', '  breaking_change:', '  breaking change:'],
  ])('refuses %s, as loading does', (_, piece, other) => {
    expect(shipped).toContain(piece);
    const text = shipped.replace(piece, other);
    expect(takes(text)).toBe(false);
    expect(mistakesIn(text)).not.toEqual([]);
  });
});

describe('every example of a policy in docs/', () => {
  const examples = ['docs/policy.md', referenceFile].flatMap((file) =>
    [...read(file).matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = ''], i) => ({
      name: `${file} ${i + 1}`,
      text,
    })),
  );

  test('is found', () => {
    expect(examples.length).toBeGreaterThanOrEqual(15);
  });

  // A part alone is tried in the default policy, in the place of its own.
  test.each(examples)('$name loads', ({ text }) => {
    const whole = stringify({ ...parse(shipped), ...parse(text) });
    expect(mistakesIn(whole, { publishing: true })).toEqual([]);
    // What another part of the default policy used, a part alone leaves unused.
    const expected =
      /escalation_levels: is recorded, and this version does not act on it|: (?:is used nowhere$|nothing asks for )/;
    expect(warningsIn(whole).filter((warning) => !expected.test(warning))).toEqual([]);
  });
});
