import { readFileSync } from 'node:fs';
import { type LoadOptions, loadPolicy, mistakeInWords } from '../../../../core/policy/load.ts';
import type { Policy } from '../../../../core/policy/policy.ts';

/** The policy a text says; throws where it has mistakes. */
export function loaded(text: string, options: LoadOptions = {}): Policy {
  const read = loadPolicy(text, options);
  if (!read.ok) throw new Error(read.mistakes.map((mistake) => mistakeInWords('p', mistake)).join('\n'));
  return read.policy;
}

/** `path: message` of each mistake; nothing where there is none. */
export function mistakesIn(text: string, options: LoadOptions = {}): string[] {
  const read = loadPolicy(text, options);
  return read.ok ? [] : read.mistakes.map((mistake) => mistakeInWords('p', mistake).replace(/^p:\d+:\d+: /, ''));
}

/** `path: message` of each warning. */
export function warningsIn(text: string, options: LoadOptions = {}): string[] {
  return loadPolicy(text, options).warnings.map((warning) => mistakeInWords('p', warning).replace(/^p:\d+:\d+: /, ''));
}

/** The seed's own three blocks, as they stand. */
export const seedBlocks = ['checkpoints', 'approval-workflows', 'escalation'].map((name) =>
  readFileSync(`test/fixtures/policy/seed-${name}.yaml`, 'utf8'),
);

/** A directory and sources, for a policy whose rules are what a test is about. */
export const people = `directory:
  people:
    ada: { name: Ada, email: ada@example.com, roles: [technical_lead, expert] }
    bob: { name: Bob, email: bob@example.com, roles: [peer, on_call_engineer] }
    cyd: { name: Cyd, email: cyd@example.com, roles: [peer, expert] }
sources:
  "iam:*": { may_name: ["*"], environments: ["*"], facts: ["*"] }
`;
