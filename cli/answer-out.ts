import { letsThrough, outcomeHeading, utcInWords } from '../core/review-words.ts';
import { visibleLine } from '../core/visible.ts';
import type { Answer } from './contract.ts';
import { print, printPairs, printTable, styled } from './output.ts';

/** The answer for a person: outcome first, then who decided what. */
export function printAnswer(answer: Answer): void {
  const { outcome } = answer;
  const colour = letsThrough(outcome) ? 'green' : outcome === 'rejected' ? 'red' : 'yellow';
  print(styled(colour, outcomeHeading[outcome]) + (answer.answer ? ` (${visibleLine(answer.answer)})` : ''));
  printPairs([
    ['reason', answer.reason],
    ...answer.conditions.map((condition): [string, string] => ['on condition', condition]),
    ['id', answer.id],
    ['request id', answer.requestId],
    ['digest', answer.digest],
    ['audit head', answer.auditHead],
  ]);
  if (answer.decisions.length === 0) return;
  print();
  printTable(
    ['when', 'who', 'answer', 'comment'],
    answer.decisions.map(({ at, by, answer: given, comment }) => [utcInWords(at), by, given, comment]),
  );
}
