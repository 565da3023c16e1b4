import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import * as z from 'zod/mini';
import { Level } from '../core/claim.ts';
import { duplicateKey, keyTwice } from '../core/intake/duplicate-keys.ts';
import { type Json, JsonObject } from '../core/json.ts';
import { visibleLine } from '../core/visible.ts';
import { usage } from './failure.ts';

const several = z.optional(z.array(z.string()));
const one = z.optional(z.string());

export const AskOptions = z.object({
  requestId: one,
  title: one,
  description: one,
  requestedBy: one,
  author: several,
  environment: one,
  priority: one,
  risk: one,
  trigger: one,
  checkpoint: one,
  fact: several,
  payload: one,
  revises: one,
  editable: several,
  evidence: several,
});
export type AskOptions = z.infer<typeof AskOptions>;

export const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value];
export const pair = (form: string) => (value: string, before: string[] | undefined) => {
  if (value.indexOf('=') < 1) throw new InvalidArgumentError(`It must look like ${form}.`);
  return collect(value, before);
};

/** Adds an option for each field of a request. */
export function withAsk(command: Command): Command {
  return command
    .option('--title <text>', 'what is asked, in one line')
    .option('--description <text>', 'more about it')
    .option('--environment <name>', 'where it would be done, e.g. production')
    .option('--payload <json>', 'exactly what will be done if approved: JSON, or @file')
    .addOption(new Option('--risk <level>', 'how risky it is').choices(Level.options))
    .addOption(new Option('--priority <level>', 'how urgent it is').choices(Level.options))
    .option('--requested-by <address>', 'for whom; needed where the caller is a machine')
    .option('--author <address>', 'who else wrote it, and so may not approve it (repeatable)', collect)
    .option('--fact <name=value>', 'a fact the policy may look at (repeatable)', pair('name=value'))
    .option('--evidence <label=url>', 'a link for the approvers (repeatable)', pair('label=url'))
    .option('--editable <pointer>', 'a value that approvers may change, as a JSON Pointer (repeatable)', collect)
    .option('--trigger <name>', "what set it off, in the policy's words")
    .option('--checkpoint <name>', "the policy's checkpoint that asks")
    .option('--revises <key>', 'the request id of the one this replaces')
    .option('--request-id <key>', 'your key for it: the same key asks only once');
}

/** The ask that a file (or `-`, standard input) and options make; options win. Throws a usage failure saying what is missing or wrong. */
export async function readAsk(file: string | undefined, options: AskOptions): Promise<JsonObject> {
  const ask = await askIn(file, options);
  const missing = ['title', 'environment', 'payload'].filter(
    (key) => ask[key] === undefined && !(key === 'payload' && ask.payloadRef !== undefined),
  );
  if (missing.length > 0)
    throw usage(
      `The request lacks ${missing.join(', ')}: give a file, or ${missing.map((key) => `--${key}`).join(', ')}.`,
    );
  return ask;
}

/** The same, with whatever is there. */
export async function askIn(file: string | undefined, options: AskOptions): Promise<JsonObject> {
  const { author, fact, payload, evidence, ...plain } = options;
  const base = file === undefined ? {} : await readObject(file);
  return {
    ...base,
    ...Object.fromEntries(Object.entries(plain).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    ...(author && { authors: author }),
    ...(fact && { facts: { ...(isObject(base.facts) && base.facts), ...Object.fromEntries(fact.map(factOf)) } }),
    ...(evidence && { evidence: evidence.map(evidenceOf) }),
    ...(payload !== undefined && { payload: await readPayload(payload) }),
  };
}

async function readObject(file: string): Promise<JsonObject> {
  const name = file === '-' ? 'standard input' : file;
  const value = jsonIn(await readText(file), name);
  if (!isObject(value)) throw usage(`${name} must hold one JSON object: the request.`);
  return value;
}

async function readPayload(given: string): Promise<Json> {
  return given.startsWith('@')
    ? jsonIn(await readText(given.slice(1)), given.slice(1))
    : jsonIn(given, '--payload', ' (or @file to read it from one)');
}

/** A file's text, or standard input's for `-`. */
export async function readText(file: string): Promise<string> {
  if (file === '-') return textOf(process.stdin);
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw usage(`${file} cannot be read: ${whyNot(error)}`);
  });
}

const faults: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'you may not read it',
};

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return faults[code] ?? error.message;
}

function jsonIn(text: string, name: string, hint = ''): Json {
  const value = parsed(text, name, hint);
  notTwice(text, name);
  return value;
}

/** Throws a usage failure where an object in a JSON text has a key twice. */
export function notTwice(text: string, name: string): void {
  const twice = duplicateKey(text);
  if (twice) throw usage(`${name} is not clear: '${visibleLine(twice.join('.'))}' ${keyTwice}.`);
}

function parsed(text: string, name: string, hint: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch (error) {
    throw usage(`${name} is not JSON${hint}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return JsonObject.safeParse(value).success;
}

function evidenceOf(given: string): JsonObject {
  const at = given.indexOf('=');
  return { label: given.slice(0, at), url: given.slice(at + 1) };
}

function factOf(given: string): [string, Json] {
  const at = given.indexOf('=');
  return [given.slice(0, at), factValue(given.slice(at + 1))];
}

/** A number or a truth value only where it is written as JSON writes it: a version `2.10` stays text. */
function factValue(text: string): Json {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) && String(Number(text)) === text ? Number(text) : text;
}
