const GAP = 2;
const NARROWEST = 8;
const segmenter = new Intl.Segmenter();
const wide = /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u;

/** Columns a text takes on a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

/** Rows of cells as lines of text, columns under each other, at most `width` columns wide: cells that are too long go on below. */
export function fitted(rows: readonly (readonly string[])[], width: number): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = narrowed(
    Array.from({ length: count }, (_, at) => Math.max(0, ...rows.map((row) => columnsOf(row[at] ?? '')))),
    width - GAP * (count - 1),
  );
  return rows.flatMap((row) => {
    const cells = widths.map((columns, at) => wrapped(row[at] ?? '', columns));
    const height = Math.max(1, ...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      widths
        .map((columns, at) => padded(cells[at]?.[line] ?? '', columns))
        .join(' '.repeat(GAP))
        .trimEnd(),
    );
  });
}

/** Takes from the widest column until all fit. */
function narrowed(widths: number[], room: number): number[] {
  const result = [...widths];
  let over = result.reduce((sum, one) => sum + one, 0) - room;
  while (over > 0) {
    const widest = Math.max(...result);
    if (widest <= NARROWEST) break;
    result[result.lastIndexOf(widest)] = widest - 1;
    over--;
  }
  return result;
}

function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

/** Breaks at spaces, and within a word only where it is wider than the column. */
function wrapped(text: string, columns: number): string[] {
  if (columnsOf(text) <= columns) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((whole) => pieces(whole, columns))) {
    const longer = line ? `${line} ${word}` : word;
    if (line && columnsOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

function pieces(word: string, columns: number): string[] {
  if (columnsOf(word) <= columns) return [word];
  const parts: string[] = [];
  let part = '';
  for (const { segment } of segmenter.segment(word)) {
    if (part && columnsOf(part + segment) > columns) {
      parts.push(part);
      part = segment;
    } else part += segment;
  }
  return [...parts, part];
}
