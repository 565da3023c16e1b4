import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { Problem } from '../refusal.ts';
import type { Finding, Path } from './reading.ts';

/** One mistake in a policy file, or a warning: a problem with its place. */
export type Mistake = Problem & { line: number; column: number };

/** A finding with its line and column. */
export function located(
  document: Document,
  lines: LineCounter,
  { path, message, suggestion, onKey }: Finding,
): Mistake {
  return {
    ...positionAt(lines, offsetOf(document, path, onKey ?? false)),
    path: path.join('.'),
    message,
    ...(suggestion !== undefined && { suggestion }),
  };
}

/** Line and column, from 1. */
export function positionAt(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
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
