import { styleText } from 'node:util';
import { type Figure, isOver } from './budget.ts';

/** A table of text: the first column to the left, the others to the right unless they are words. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const isNumeric = (column: number) => rows.every((row) => /^[-\d.,$–]*( .*)?$/.test(row[column] ?? ''));
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column > 0 && isNumeric(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** Figures beside their budgets. `colour`: for a terminal. */
export function figuresTable(figures: readonly Figure[], colour: boolean): string {
  const paint = (style: 'red' | 'green', text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const rows = figures.map((figure) => {
    const { name, value, budget, unit, digits = 0 } = figure;
    const number = (of: number) => of.toFixed(digits);
    return [name, number(value), unit, budget === undefined ? '' : number(budget)];
  });
  const [head = '', rule = '', ...lines] = table(['', 'measured', 'unit', 'budget'], rows).split('\n');
  const marked = lines.map((line, index) => {
    const figure = figures[index];
    if (figure?.budget === undefined) return line;
    return isOver(figure) ? `${line}  ${paint('red', '✗ over')}` : `${line}  ${paint('green', '✓')}`;
  });
  return [head, rule, ...marked].join('\n');
}
