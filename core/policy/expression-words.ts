import { EvaluationError, ParseError, TypeError as TypeProblem } from '@marcbachmann/cel-js';

/** How words that people write mean in CEL. */
const operators: Readonly<Record<string, string>> = { '=': '==', '&': '&&', '|': '||', and: '&&', or: '||', not: '!' };

/** What the library says of an expression, as one line for people, with the place in the expression. */
export function errorInWords(error: unknown, text: string): string {
  if (!(error instanceof ParseError || error instanceof TypeProblem || error instanceof EvaluationError))
    return 'is no expression';
  const { code, summary, range } = error;
  const start = range?.start ?? 0;
  const place = `character ${start + 1}`;
  const word = /^(?:[A-Za-z_]\w*|.)/s.exec(text.slice(start))?.[0] ?? '';
  const meant = Object.hasOwn(operators, word) ? operators[word] : undefined;
  if (code === 'limit_exceeded') return 'is too large an expression: give parts of it names under conditions';
  if (code === 'unterminated_string') return `the text that begins at ${place} has no quote at its end`;
  if (start >= text.trimEnd().length) return `something is missing at its end (${place})`;
  if (meant !== undefined) return `'${word}' at ${place} cannot be read; write ${meant}`;
  if (code.startsWith('unexpected') || code === 'expected_token') return `'${word}' at ${place} does not fit there`;
  return `${summary.replace(/\s+/g, ' ').trim()} (${place})`;
}
