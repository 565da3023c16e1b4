import type { ASTNode } from '@marcbachmann/cel-js';
import { syntaxOf } from './expression.ts';
import { childrenOf } from './expression-rules.ts';

/** A variable of the request, compared with text that stands in the expression. */
export interface Comparison {
  variable: string;
  how: 'is' | 'startsWith' | 'endsWith' | 'contains';
  text: string;
  /** Where the text stands: characters before it. */
  start: number;
}

/** None where it is no expression. */
export function comparisonsIn(expression: string): Comparison[] {
  return partsOf(expression).flatMap(comparisonsOf);
}

/** Is it always true, or always false, because it asks nothing of the request? */
export function isConstant(expression: string): boolean {
  const parts = partsOf(expression);
  return parts.length > 0 && parts.every(({ op }) => op !== 'id');
}

function partsOf(expression: string): ASTNode[] {
  const syntax = syntaxOf(expression);
  return syntax ? within(syntax) : [];
}

function within(node: ASTNode): ASTNode[] {
  return [node, ...childrenOf(node).flatMap(within)];
}

function comparisonsOf(node: ASTNode): Comparison[] {
  switch (node.op) {
    case '==':
    case '!=': {
      const [one, other] = node.args;
      return [...comparison(one, 'is', other), ...comparison(other, 'is', one)];
    }
    case 'in': {
      const [one, list] = node.args;
      return list.op === 'list' ? list.args.flatMap((each) => comparison(one, 'is', each)) : [];
    }
    case 'rcall': {
      const [name, of, [given]] = node.args;
      return given && (name === 'startsWith' || name === 'endsWith' || name === 'contains')
        ? comparison(of, name, given)
        : [];
    }
    default:
      return [];
  }
}

function comparison(variable: ASTNode, how: Comparison['how'], text: ASTNode): Comparison[] {
  if (variable.op !== 'id' || text.op !== 'value' || typeof text.args !== 'string') return [];
  return [{ variable: variable.args, how, text: text.args, start: text.range.start }];
}

/** What fits a comparison, as a pattern; of no use where its text holds `*`. */
export function asPattern({ how, text }: Pick<Comparison, 'how' | 'text'>): string {
  return { is: text, startsWith: `${text}*`, endsWith: `*${text}`, contains: `*${text}*` }[how];
}

export function fitsComparison({ how, text }: Pick<Comparison, 'how' | 'text'>, value: string): boolean {
  return how === 'is' ? value === text : value[how === 'contains' ? 'includes' : how](text);
}
