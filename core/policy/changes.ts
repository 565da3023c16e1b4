import { canonicalJson } from '../canonical.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Policy } from './policy.ts';

/** One difference between two policies. `path` is a JSON Pointer in which items of lists stand by their name. */
export type PolicyChange = {
  path: string;
  /** Left out: it was not there. */
  before?: Json;
  /** Left out: it is no longer there. */
  after?: Json;
};

/**
 * What is different in another policy, in the order of paths: each person, member, approver and rule by itself, whatever
 * their place in a list. Where only an order is different, that is the change.
 */
export function changesBetween(before: Policy, after: Policy): PolicyChange[] {
  return differing('', plain(before), plain(after));
}

/** As it comes out of an answer. */
interface Loose {
  path: string;
  before?: Json | undefined;
  after?: Json | undefined;
}

/** In one line: `environments.production.gates.low: "a" → "b"`, `+` for what is new, `-` for what is gone. */
export function changeInWords({ path, before, after }: Loose): string {
  const place = path.slice(1).split('/').map(unescaped).join('.');
  if (before === undefined) return `+ ${place}: ${canonicalJson(after)}`;
  if (after === undefined) return `- ${place}: ${canonicalJson(before)}`;
  return `~ ${place}: ${canonicalJson(before)} → ${canonicalJson(after)}`;
}

function plain(policy: Policy): Json {
  return JSON.parse(canonicalJson(policy));
}

function differing(path: string, before: Json | undefined, after: Json | undefined): PolicyChange[] {
  if (before === undefined || after === undefined)
    return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (isObject(before) && isObject(after)) return inEach(path, entriesOf(before), entriesOf(after));
  const [left, right] = [named(before), named(after)];
  if (!left || !right) return [{ path, before, after }];
  const common = (of: Map<string, Json>, other: Map<string, Json>) => [...of.keys()].filter((name) => other.has(name));
  const [was, is] = [common(left, right), common(right, left)];
  const reordered = was.some((name, at) => name !== is[at]);
  return [...inEach(path, left, right), ...(reordered ? [{ path, before: was, after: is }] : [])];
}

function inEach(path: string, before: Map<string, Json>, after: Map<string, Json>): PolicyChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => differing(`${path}/${escaped(name)}`, before.get(name), after.get(name)));
}

/** The items of a list by their names: a text is its own, a rule or stage has one. Undefined where they do not have one each. */
function named(value: Json): Map<string, Json> | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = new Map<string, Json>();
  for (const item of value) {
    const name = typeof item === 'string' ? item : isObject(item) ? entriesOf(item).get('name') : undefined;
    if (typeof name !== 'string' || items.has(name)) return undefined;
    items.set(name, item);
  }
  return items;
}

function entriesOf(object: JsonObject): Map<string, Json> {
  return new Map(Object.entries(object));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
