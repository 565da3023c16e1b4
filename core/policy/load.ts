import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { digestOf } from '../canonical.ts';
import { limits } from '../limits.ts';
import type { Problem } from '../refusal.ts';
import type { Policy } from './policy.ts';
import { readDirectory } from './read-directory.ts';
import { readEnvironments } from './read-environments.ts';
import { readSources } from './read-sources.ts';
import { type Finding, isMapping, type Path, Reading } from './reading.ts';

/** One mistake in a policy file: a problem with its place. */
export type Mistake = Problem & { line: number; column: number };

export type Loaded = { ok: true; policy: Policy; version: string } | { ok: false; mistakes: Mistake[] };

/** Parts of the language that are to come: refused, so that no policy silently does nothing. */
const toCome = [
  'checkpoints',
  'approval_workflows',
  'escalation_levels',
  'maintenance_windows',
  'channels',
  'automation',
];
const parts = ['directory', 'sources', 'environments'];

export interface LoadOptions {
  /** The sources whose identity the stack enforces, as patterns. Unknown where left out, and then not checked. */
  enforcedSources?: readonly string[];
}

/** A policy file's text as the policy it is, with its version; or every mistake in it, in the file's order. */
export function loadPolicy(text: string, options: LoadOptions = {}): Loaded {
  const lines = new LineCounter();
  if (text.length > limits.policyText)
    return {
      ok: false,
      mistakes: [{ line: 1, column: 1, path: '', message: `must not be longer than ${limits.policyText} characters` }],
    };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const mistakes: Mistake[] = [...document.errors, ...document.warnings].map((error) => ({
    ...positionAt(lines, error.pos[0]),
    path: '',
    message: yamlProblem(error),
  }));
  // Where the text is no YAML, what could be said of its content is guesswork.
  const readable = document.errors.every((error) => error.code === 'DUPLICATE_KEY') && document.warnings.length === 0;
  const reading = new Reading();
  const policy = readable ? readPolicy(reading, document, options) : undefined;
  mistakes.push(...reading.findings.map((finding) => located(document, lines, finding)));
  if (policy && mistakes.length === 0) return { ok: true, policy, version: digestOf(policy) };
  return { ok: false, mistakes: mistakes.sort((a, b) => a.line - b.line || a.column - b.column) };
}

function readPolicy(reading: Reading, document: Document, { enforcedSources }: LoadOptions): Policy | undefined {
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    reading.say([], error instanceof Error ? inOneLine(error.message) : 'cannot be read');
    return undefined;
  }
  const entries = isMapping(content) ? Object.entries(content) : [];
  for (const [key] of entries)
    if (toCome.includes(key))
      reading.say([key], `'${key}' is not supported by this version: nothing would act on it, so take it out`, {
        onKey: true,
      });
  const present = Object.fromEntries(entries.filter(([key]) => !toCome.includes(key)));
  const fields = reading.fields(isMapping(content) ? present : content, [], parts);
  if (!fields) return undefined;
  const directory = readDirectory(reading, fields.directory);
  const environments = readEnvironments(reading, fields.environments, directory);
  const sources = readSources(reading, fields.sources, {
    names: directory.names,
    environments: Object.keys(environments),
    ...(enforcedSources && { enforcedSources }),
  });
  return { directory: directory.directory, sources, environments };
}

function located(document: Document, lines: LineCounter, { path, message, suggestion, onKey }: Finding): Mistake {
  return {
    ...positionAt(lines, offsetOf(document, path, onKey ?? false)),
    path: path.join('.'),
    message,
    ...(suggestion !== undefined && { suggestion }),
  };
}

/** Where in the text a path stands: its value, or its key; for what is missing, the key of what should hold it. */
function offsetOf(document: Document, path: Path, wantsKey: boolean): number {
  let node: unknown = document.contents;
  let [key, value] = [0, startOf(document.contents) ?? 0];
  for (const [i, step] of path.entries()) {
    const within = isAlias(node) ? node.resolve(document) : node;
    if (isMap(within)) {
      const pair = within.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair) return i === 0 ? value : key;
      key = startOf(pair.key) ?? key;
      value = startOf(pair.value) ?? key;
      node = pair.value;
    } else if (isSeq(within)) {
      node = within.items[Number(step)];
      value = startOf(node) ?? value;
      key = value;
    } else return value;
  }
  return wantsKey ? key : value;
}

function startOf(node: unknown): number | undefined {
  return isNodeWithRange(node) ? node.range?.[0] : undefined;
}

function isNodeWithRange(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'range' in node;
}

function positionAt(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function yamlProblem(error: YAMLError): string {
  if (error.code === 'DUPLICATE_KEY') return 'this key stands here twice';
  if (error.code === 'MULTIPLE_DOCS') return 'a policy is one YAML document; a second one begins here';
  return inOneLine(error.message);
}

function inOneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim();
}

/** A problem as editors and terminals make a link of: `policy.yaml:12:7: environments.production: …`. */
export function mistakeInWords(file: string, { path, message, line, column, suggestion }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const hint = suggestion === undefined ? '' : `; did you mean '${suggestion}'?`;
  return `${place}: ${path && `${path}: `}${message}${hint}`;
}
