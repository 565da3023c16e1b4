import type * as z from 'zod/mini';
import { didYouMean } from '../did-you-mean.ts';

/** Where in a policy something stands: keys and indexes from the top. */
export type Path = readonly (string | number)[];

/** Something wrong in a policy, before it is known on which line. */
export interface Finding {
  path: Path;
  message: string;
  suggestion?: string;
  /** It is about the key, not about what stands under it. */
  onKey?: true;
}

type Hints = Pick<Finding, 'suggestion' | 'onKey'>;

/** Reads a policy piece by piece, so that a mistake in one piece hides none in another. */
export class Reading {
  readonly findings: Finding[] = [];
  /** What keeps no policy from loading, and its author should know. */
  readonly warnings: Finding[] = [];
  /** Candidates that may still be compared with what was mistyped: a large file full of mistakes must not take minutes. */
  private comparisons = 200_000;

  say(path: Path, message: string, more: Hints = {}): void {
    this.findings.push({ path, message, ...more });
  }

  warn(path: Path, message: string, more: Hints = {}): void {
    this.warnings.push({ path, message, ...more });
  }

  /** What was probably meant, as a hint for `say` or `warn`. */
  meant(typed: string, candidates: readonly string[]): Hints {
    this.comparisons -= candidates.length;
    const suggestion = this.comparisons < 0 ? undefined : didYouMean(typed, candidates);
    return suggestion === undefined ? {} : { suggestion };
  }

  /** What stands there, if it is right; else undefined, with a finding for each thing wrong. */
  read<T extends z.ZodMiniType>(schema: T, value: unknown, path: Path): z.output<T> | undefined {
    const read = schema.safeParse(value);
    if (read.success) return read.data;
    for (const issue of read.error.issues) {
      const at = [...path, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
      if (issue.code === 'unrecognized_keys') this.unknownKeys(issue.keys, issue.message.split(', '), at);
      else this.say(at, isMissing(value, issue.path) ? asRequired(issue.message) : issue.message);
    }
    return undefined;
  }

  /** The entries of a mapping whose keys the policy's author chooses; undefined where it is no mapping. */
  entries(value: unknown, path: Path, what: string, name: RegExp): [string, unknown][] | undefined {
    if (!isMapping(value)) {
      this.say(path, `${value === undefined || value === null ? 'is required' : 'must be a mapping'}: ${what}`);
      return undefined;
    }
    if (Object.keys(value).length === 0) this.say(path, `must not be empty: ${what}`);
    return Object.entries(value).filter(([key]) => {
      if (name.test(key)) return true;
      this.say([...path, key], `'${key}' cannot stand here: ${what}`, { onKey: true });
      return false;
    });
  }

  /** A mapping with keys that we choose; undefined where it is no mapping. */
  fields(value: unknown, path: Path, known: readonly string[]): Record<string, unknown> | undefined {
    if (!isMapping(value)) {
      const missing = value === undefined || value === null;
      this.say(path, `${missing ? 'is required:' : 'must be'} a mapping with ${known.join(', ')}`);
      return undefined;
    }
    const unknown = Object.keys(value).filter((key) => !known.includes(key));
    this.unknownKeys(unknown, known, path);
    return value;
  }

  private unknownKeys(keys: readonly string[], known: readonly string[], path: Path): void {
    for (const key of keys)
      this.say([...path, key], `unknown key '${key}'; expected ${known.join(', ')}`, {
        onKey: true,
        ...this.meant(key, known),
      });
  }

  /** References under a key of a piece, whatever else is wrong with the piece. Answers whether all were found. */
  refersToAll(names: ReadonlySet<string>, piece: unknown, key: string, path: Path, what: string): boolean {
    return namesUnder(piece, key)
      .map(({ name, at }) => this.refersTo(names, name, [...path, ...at], what))
      .every(Boolean);
  }

  /** A reference to something that has to exist. */
  refersTo(names: ReadonlySet<string>, name: string, path: Path, what: string): boolean {
    if (names.has(name)) return true;
    this.say(path, `'${name}' is no ${what}`, this.meant(name, [...names]));
    return false;
  }
}

/** The names that a key of a piece holds, a name or a list of them, each with where it stands in the piece. */
export function namesUnder(piece: unknown, key: string): { name: string; at: Path }[] {
  const held = isMapping(piece) ? piece[key] : undefined;
  if (typeof held === 'string') return [{ name: held, at: [key] }];
  if (!Array.isArray(held)) return [];
  return held.flatMap((name: unknown, i) => (typeof name === 'string' ? [{ name, at: [key, i] }] : []));
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  let at = value;
  for (const step of path)
    at = typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined;
  return at === undefined;
}

function asRequired(message: string): string {
  return message.startsWith('must ') ? `is required and ${message}` : message;
}

/** Is this what YAML calls a mapping? */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
