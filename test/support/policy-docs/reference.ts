import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { functionNames, variableNames } from '../../../core/policy/expression-rules.ts';
import { stageKeys } from '../../../core/policy/file/stage.ts';
import { afterwards, steps, timed } from '../../../core/policy/process.ts';
import { policySchema } from './schema.ts';

/** The policy reference: every key, its words and an example of every part, made from the schema and the default policy. */

export const referenceFile = 'docs/policy-reference.md';

const Schema = z.object({
  type: z.optional(z.string()),
  description: z.optional(z.string()),
  get properties() {
    return z.optional(z.record(z.string(), Schema));
  },
  required: z.optional(z.array(z.string())),
  get additionalProperties() {
    return z.optional(z.union([z.boolean(), Schema]));
  },
  get items() {
    return z.optional(Schema);
  },
  get anyOf() {
    return z.optional(z.array(Schema));
  },
  enum: z.optional(z.array(z.string())),
  const: z.optional(z.string()),
  pattern: z.optional(z.string()),
});
type Schema = z.infer<typeof Schema>;

export function policyReferenceText(): string {
  const { properties = {} } = Schema.parse(policySchema());
  const parts = Object.entries(properties);
  return [
    '# Policy reference',
    'Every key of a policy file. Made from the schema that policies are read with, by `npm run policy-docs`: change it there. [policy.md](policy.md) tells what they are for; editors complete a file that begins with',
    '```\n# yaml-language-server: $schema=docs/schemas/policy.schema.json\n```',
    table(
      ['part', 'what it is'],
      parts.map(([key, part]) => [`[\`${key}\`](#${key})`, part.description ?? '']),
    ),
    'A key marked with * is required.',
    ...parts.flatMap(([key, part]) => partOf(key, part)),
    ...stagesSection(properties),
    ...wordsSection(),
  ]
    .join('\n\n')
    .concat('\n');
}

function partOf(key: string, part: Schema): string[] {
  return [`## ${key}`, part.description ?? '', ...sections(key, part), `\`\`\`yaml\n${exampleOf(key)}\n\`\`\``];
}

/** The tables of a mapping and of all that it holds. */
function sections(path: string, schema: Schema): string[] {
  const { properties, additionalProperties, items } = schema;
  if (properties) return mappingSections(path, schema, properties);
  if (typeof additionalProperties === 'object') return sections(`${path}.<name>`, additionalProperties);
  return items ? sections(`${path}[]`, items) : [];
}

function mappingSections(path: string, { required = [] }: Schema, properties: Record<string, Schema>): string[] {
  const shared = Object.keys(stageKeys);
  const own = Object.entries(properties).filter(([key]) => !isStage(properties) || !shared.includes(key));
  const rows = own.map(([key, piece]) => [
    `\`${key}\`${required.includes(key) ? '*' : ''}`,
    kindOf(piece),
    piece.description ?? '',
  ]);
  if (isStage(properties)) rows.push(['…', 'a stage', 'and the keys of [a stage](#a-stage)']);
  const below = sameBelow(own) ? own.slice(0, 1).map(([, piece]): [string, Schema] => ['<risk>', piece]) : own;
  return [
    `\`${path}\``,
    table(['key', 'written as', 'what it is'], rows),
    ...below.flatMap(([key, piece]) => sections(`${path}.${key}`, piece)),
  ];
}

function isStage(properties: Record<string, Schema>): boolean {
  return Object.keys(stageKeys).every((key) => Object.hasOwn(properties, key));
}

/** Do all keys hold the same, as the gates of all risks do? */
function sameBelow(own: [string, Schema][]): boolean {
  const shapes = own.map(([, { description: _, ...rest }]) => JSON.stringify(rest));
  return own.length > 1 && own.every(([, piece]) => piece.properties) && new Set(shapes).size === 1;
}

function kindOf({
  type,
  anyOf,
  enum: words,
  const: word,
  items,
  pattern,
  properties,
  additionalProperties,
}: Schema): string {
  if (word !== undefined) return `\`${word}\``;
  if (words) return words.map((each) => `\`${each}\``).join(', ');
  if (anyOf) return [...new Set(anyOf.map(kindOf))].join(', or ');
  if (pattern?.includes('_(?:second|minute')) return 'a duration';
  if (type === 'array') return items ? `a list: ${kindOf(items)}` : 'a list';
  if (properties) return isStage(properties) ? 'a stage' : `{${Object.keys(properties).join(', ')}}`;
  if (additionalProperties) return 'a mapping by name';
  if (type === 'boolean') return '`true` or `false`';
  return type === 'integer' ? 'a number' : 'text';
}

function stagesSection(properties: Record<string, Schema>): string[] {
  const checkpoint = properties.checkpoints?.additionalProperties;
  const keys = typeof checkpoint === 'object' ? checkpoint.properties : undefined;
  const rows = Object.keys(stageKeys).map((key) => {
    const piece = keys?.[key] ?? {};
    return [`\`${key}\``, kindOf(piece), piece.description ?? ''];
  });
  return [
    '## A stage',
    'Wherever a stage is planned, it has these keys.',
    table(['key', 'written as', 'what it is'], rows),
  ];
}

function wordsSection(): string[] {
  const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ');
  return [
    '## Expressions',
    `An expression is one of CEL. It may name ${code(variableNames)}, and call ${code(functionNames)}.`,
    '## Steps of a process',
    table(
      ['workflow', 'steps'],
      Object.entries(steps).map(([kind, words]) => [`\`${kind}\``, code(words)]),
    ),
    `${code(timed)} may end in the time they take: \`_30m\`, \`_24h\`, \`_3d\`. ${code(afterwards)} may stand in every process but an emergency's: they are told to the work that waits.`,
  ];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), `|${heads.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

/** The part as the default policy has it; levels as the seed of the project has them. */
function exampleOf(key: string): string {
  const file = key === 'escalation_levels' ? 'test/fixtures/policy/seed-escalation.yaml' : 'policy/default.yaml';
  const lines = readFileSync(file, 'utf8').split('\n');
  const from = lines.findIndex((line) => line.startsWith(`${key}:`));
  if (from < 0) throw new Error(`${file} has no example of ${key}`);
  const length = lines.slice(from + 1).findIndex((line) => /^[^\s]/.test(line));
  const part = lines.slice(from, length < 0 ? undefined : from + 1 + length);
  return part
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}
