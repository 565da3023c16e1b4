import { styleText } from 'node:util';
import { visibleLine } from '../core/visible.ts';
import { exitCodes } from './exit-codes.ts';
import { fitted } from './fitted.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/**
 * A reader such as `head` that has seen enough is no fault, and no success either: the command goes on, and ends with its
 * own exit code. Only an answer that cannot be written (a full disk) is a fault.
 */
export function goOnUnread(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!isGone(error)) process.exit(exitCodes.fault);
  });
  // What is said there is for whoever may be looking: it changes nothing that nobody can.
  process.stderr.on('error', () => {});
}

function isGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_STREAM_DESTROYED';
}

/** Colour, where standard output is a terminal and `NO_COLOR` is not set. */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** One line on standard output. Text of others goes through `visibleLine` first. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** One line on standard error, for a person. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A value as JSON, exactly; what a terminal would obey or not show is written as `\u` escapes. */
export function printJson(value: unknown): void {
  print(escaped(JSON.stringify(value, null, 2)));
}

/** The same in one line. */
export function printJsonLine(value: unknown): void {
  print(escaped(JSON.stringify(value)));
}

function escaped(json: string): string {
  return json.replace(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/** Rows under headings, no wider than the terminal; a column that is empty throughout is left out. */
export function printTable(headings: readonly string[], rows: readonly (readonly (string | undefined)[])[]): void {
  const clean = rows.map((row) => headings.map((_, at) => visibleLine(row[at] ?? '')));
  const kept = headings.map((_, at) => at).filter((at) => clean.some((row) => row[at] !== ''));
  const pick = (row: readonly string[]) => kept.map((at) => row[at] ?? '');
  const [head = '', ...lines] = fitted([pick(headings), ...clean.map(pick)], terminalWidth());
  print(styled('bold', head));
  for (const line of lines) print(line);
}

/** Names and values, one pair a line; pairs without a value are left out. */
export function printPairs(pairs: readonly (readonly [string, string | undefined])[]): void {
  const rows = pairs.flatMap(([name, value]) => (value ? [[`  ${name}`, visibleLine(value)]] : []));
  for (const line of fitted(rows, terminalWidth())) print(line);
}

/** A heading over what follows, after an empty line. */
export function printHeading(text: string): void {
  print();
  print(styled('bold', text));
}

function terminalWidth(): number {
  return process.stdout.isTTY ? Math.max(40, process.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
}
