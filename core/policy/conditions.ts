import { expressionProblem } from './expression.ts';
import { variableNames } from './expression-rules.ts';
import type { Condition } from './policy.ts';

/** Names for conditions, each with the expression it stands for. */
export type OwnConditions = ReadonlyMap<string, string>;

/** A condition that was understood, with the facts it asks for or the own name it is; or what is wrong with it. */
export type ConditionRead = { condition: Condition; facts: Fact[]; own?: string } | { problem: string; meant?: string };

/** A fact that a condition asks for: any of these names, which differ in number only. */
export type Fact = readonly string[];

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const lines = /^code_changes_under_(\d{1,9})_lines$/;

/**
 * A condition as it stands in a policy: a name or an expression. A name is one of the policy's own, or speaks of facts
 * (both in either number): `breaking_changes`, `no_breaking_changes`, `code_changes_under_200_lines`. What names a fact is
 * unknown where the fact is stated as something else than true or false (or than a number, where it counts); a fact that is
 * not stated is not true.
 */
export function readCondition(text: string, own: OwnConditions = new Map()): ConditionRead {
  const written = text.trim();
  if (!isName(written)) return asExpression(text, written);
  const mine = ownNamed(written, own);
  if (mine !== undefined) return { condition: { text, expression: own.get(mine) ?? '' }, facts: [], own: mine };
  const negated = written.startsWith('no_') ? ownNamed(written.slice(3), own) : undefined;
  if (negated !== undefined)
    return { condition: { text, expression: `!(${own.get(negated) ?? ''})` }, facts: [], own: negated };
  const named = written.startsWith('no_') ? ofFact(written.slice(3), false) : ofFact(written, true);
  if ('problem' in named) return named;
  const problem = expressionProblem(named.expression);
  return problem === undefined
    ? { condition: { text, expression: named.expression }, facts: [named.fact] }
    : { problem: `'${written}' cannot name a fact` };
}

/** The one of the policy's own names that this is: letter by letter, else in the other number. */
export function ownNamed(written: string, own: Pick<ReadonlySet<string>, 'has'>): string | undefined {
  return inNumber(written).find((name) => own.has(name));
}

/** Is it a name, and not an expression that is one word? */
export function isName(text: string): boolean {
  return plainName.test(text) && !['true', 'false', 'null', ...variableNames].includes(text);
}

function asExpression(text: string, expression: string): ConditionRead {
  const problem = expressionProblem(expression);
  return problem === undefined
    ? { condition: { text, expression }, facts: factsNamed(expression).map((name) => [name]) }
    : { problem };
}

type OfFact = { expression: string; fact: Fact } | { problem: string; meant?: string };

/** `stated`: it has to be true, or else false. */
function ofFact(name: string, stated: boolean): OfFact {
  const [, limit] = lines.exec(name) ?? [];
  if (limit !== undefined) return underLines(Number(limit), stated);
  const count = /(?:under|below|over|above|less_than|more_than)_(\d+)/.exec(name)?.[1];
  if (count !== undefined)
    return {
      problem: `only code_changes_under_<n>_lines counts by its name; write the rest as an expression, such as facts.files_changed < ${count}`,
      meant: `code_changes_under_${count}_lines`,
    };
  const fact = inNumber(name);
  // `!` and `&&` of what is neither true nor false are unknown, where `==` would be false.
  const says = (value: boolean) =>
    fact.map((each) => `has(facts.${each}) && ${value ? '' : '!'}facts.${each}`).join(' || ');
  // Where both numbers are stated and differ, it was said to be true: what is not true has to be said of both.
  return { fact, expression: stated ? says(true) : `(${says(false)}) && !(${says(true)})` };
}

function underLines(limit: number, stated: boolean): OfFact {
  const isCount = 'has(facts.lines_changed) && facts.lines_changed >= 0';
  return {
    fact: ['lines_changed'],
    expression: `${isCount} && facts.lines_changed ${stated ? '<' : '>='} ${limit}`,
  };
}

/** A fact's name, and the same in the other number. */
export function inNumber(name: string): string[] {
  if (name.endsWith('ies')) return [name, `${name.slice(0, -3)}y`];
  if (name.endsWith('ss')) return [name, `${name}es`];
  if (name.endsWith('sses')) return [name, name.slice(0, -2)];
  if (name.endsWith('s')) return [name, name.slice(0, -1)];
  return [name, /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`];
}

/** The facts an expression speaks of by name, each once. */
export function factsNamed(expression: string): string[] {
  const named = expression.matchAll(/\bfacts(?:\.([A-Za-z_]\w*)|\[(?:'([^']*)'|"([^"]*)")\])/g);
  return [...new Set([...named].map(([, dotted, single, double]) => dotted ?? single ?? double ?? ''))];
}
