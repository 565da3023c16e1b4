import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { digestOf } from '../canonical.ts';
import { limits } from '../limits.ts';
import type { Problem } from '../refusal.ts';
import { located, type Mistake, positionAt } from './place.ts';
import type { Policy } from './policy.ts';
import { type LoadOptions, readPolicy } from './read-policy.ts';
import { type Path, Reading } from './reading.ts';

export type { Mistake } from './place.ts';
export type { LoadOptions } from './read-policy.ts';

/** `warnings`: what keeps it from nothing and its author should know, in the file's order as the mistakes are. */
export type Loaded =
  | { ok: true; policy: Policy; version: string; warnings: Mistake[] }
  | { ok: false; mistakes: Mistake[]; warnings: Mistake[] };

/** A policy file's text as the policy it is, with its version; or every mistake in it, in the file's order. */
export function loadPolicy(text: string, options: LoadOptions = {}): Loaded {
  const lines = new LineCounter();
  if (text.length > limits.policyText) {
    const message = `must not be longer than ${limits.policyText} characters (these are ${text.length})`;
    return { ok: false, mistakes: [{ line: 1, column: 1, path: '', message }], warnings: [] };
  }
  const document = parsed(text, lines);
  if (!document) return { ok: false, mistakes: [{ line: 1, column: 1, path: '', message: tooDeep }], warnings: [] };
  const mistakes: Mistake[] = [...document.errors, ...document.warnings].map((error) => ({
    ...positionAt(lines, error.pos[0]),
    path: '',
    message: yamlProblem(error),
  }));
  const otherYaml = document.directives?.yaml.version !== '1.2';
  if (otherYaml) mistakes.push({ ...positionAt(lines, text.search(/^%YAML/m)), path: '', message: onlyYaml12 });
  // Where the text is no YAML, what could be said of its content is guesswork.
  const readable =
    document.errors.every((error) => error.code === 'DUPLICATE_KEY') && document.warnings.length === 0 && !otherYaml;
  const reading = new Reading();
  const policy = readable ? policyIn(reading, document, options) : undefined;
  mistakes.push(...reading.findings.map((finding) => located(document, lines, finding)));
  const warnings = reading.warnings.map((finding) => located(document, lines, finding)).sort(byPlace);
  if (policy && mistakes.length === 0) return { ok: true, policy, version: digestOf(policy), warnings };
  return { ok: false, mistakes: mistakes.sort(byPlace), warnings };
}

/** Undefined where it is nested deeper than can be read at all. */
function parsed(text: string, lines: LineCounter): Document.Parsed | undefined {
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
    return document.errors.some(({ message }) => outOfStack.test(message)) ? undefined : document;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const outOfStack = /^(?:Maximum call stack|Invalid regular expression.*Stack overflow)/;
const deepest = 20;
const tooDeep = `is nested too deep: a policy has ${deepest} levels at most`;
const onlyYaml12 = 'a policy is YAML 1.2, where `no` is text and not false: take this line out, or write %YAML 1.2';

/** Where something stands deeper than any policy reaches. */
function deepIn(content: unknown, path: Path = []): Path | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  if (path.length >= deepest) return path;
  for (const [key, within] of Object.entries(content)) {
    const found = deepIn(within, [...path, key]);
    if (found) return found;
  }
  return undefined;
}

function policyIn(reading: Reading, document: Document, options: LoadOptions): Policy | undefined {
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    reading.say([], error instanceof Error ? inOneLine(error.message) : 'cannot be read');
    return undefined;
  }
  const deep = deepIn(content);
  if (!deep) return readPolicy(reading, content, options);
  reading.say(deep, tooDeep);
  return undefined;
}

function byPlace(a: Mistake, b: Mistake): number {
  return a.line - b.line || a.column - b.column;
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
