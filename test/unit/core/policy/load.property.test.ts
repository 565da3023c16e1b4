import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { loadPolicy } from '../../../../core/policy/load.ts';
import { Policy } from '../../../../core/policy/policy.ts';

const shipped: unknown = parse(readFileSync('policy/default.yaml', 'utf8'));

/** The content with what stands at one of its places, chosen by a number, replaced. */
function damaged(content: unknown, place: number, by: unknown): unknown {
  let left = place % count(content);
  const visit = (node: unknown): unknown => {
    left -= 1;
    if (left < 0) {
      left = Number.POSITIVE_INFINITY;
      return by;
    }
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, visit(value)]));
  };
  return visit(content);
}

function count(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 1;
  return Object.values(node).reduce((sum: number, value) => sum + count(value), 1);
}

const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    'ada',
    'leads',
    '',
    '24_hours',
    'no_',
    'a.b(',
    'low',
    '2026-02-30',
    'mon-fri',
    '__proto__',
    'true',
    [],
    {},
  ),
);

test('the default policy with anything anywhere is read without a fault: as a policy, or with mistakes inside of it', () => {
  fc.assert(
    fc.property(fc.nat(100_000), value, fc.nat(100_000), value, (place, by, other, too) => {
      const text = stringify(damaged(damaged(shipped, place, by), other, too));
      const lines = text.split('\n').length;
      const read = loadPolicy(text, { publishing: true });
      for (const { line, column, message } of [...(read.ok ? [] : read.mistakes), ...read.warnings]) {
        expect(line).toBeLessThanOrEqual(lines);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(message).not.toMatch(/\n|Invalid (?:input|option)|Too (?:small|big)|expected \w+, received/);
      }
      if (read.ok) expect(Policy.parse(read.policy)).toEqual(read.policy);
      else expect(read.mistakes.length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});
