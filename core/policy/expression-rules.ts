import type { ASTNode } from '@marcbachmann/cel-js';
import { Level } from '../claim.ts';
import { didYouMean } from '../did-you-mean.ts';

/** The names an expression may use. */
export const variableNames = [
  'facts',
  'payload',
  'environment',
  'risk',
  'priority',
  'source',
  'trigger',
  'requestedBy',
];

/** What `type()` answers, for the types that JSON has. */
const typeNames = ['double', 'string', 'bool', 'list', 'map'];

/** `payload.items.all(item, item.size < 10)` and its like. */
const macros = ['all', 'exists', 'exists_one', 'filter'];
/** All that an expression may call. Nothing that runs a regular expression, and nothing that grows what it is given. */
export const functionNames = [
  ...['has', 'size', 'string', 'int', 'double', 'bool', 'type'],
  ...['startsWith', 'endsWith', 'contains', 'lowerAscii', 'upperAscii', 'trim'],
  ...macros,
];

/**
 * What the policy's expressions may not do although CEL lets them; undefined where there is nothing. The requester
 * chooses the payload and the facts, so no expression may take longer than they are long: no regular expressions, no loop
 * over something, and no search in it, within a loop over something else.
 */
export function forbidden(node: ASTNode, loop?: string): string | undefined {
  return forbiddenHere(node, loop) ?? forbiddenBelow(node, loop);
}

function forbiddenHere(node: ASTNode, loop: string | undefined): string | undefined {
  const at = placeOf(node);
  switch (node.op) {
    case 'id':
      return forbiddenName(node.args, loop, at);
    case 'call':
      return forbiddenCall(node.args[0], at);
    case 'rcall':
      return forbiddenCall(node.args[0], at) ?? forbiddenArguments(node.args[0], node.args[2], at);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return node.args.some(isLevel)
        ? `risk and priority are words, which ${node.op} at ${at} would sort by the alphabet; write risk in ['high', 'critical']`
        : undefined;
    case 'in':
      return (
        (node.args[1].op === 'list' ? undefined : forbiddenInLoop(node.args[1], loop)) ?? forbiddenWords(node.args)
      );
    case '==':
    case '!=':
      return forbiddenWords(node.args);
    default:
      return undefined;
  }
}

function forbiddenBelow(node: ASTNode, loop: string | undefined): string | undefined {
  if (node.op === 'rcall' && macros.includes(node.args[0])) {
    const [variable, ...body] = node.args[2];
    const inside = variable?.op === 'id' ? variable.args : undefined;
    const hides = inside !== undefined && variableNames.includes(inside);
    if (hides) return `the loop at ${placeOf(node)} must call what it goes through by a name other than '${inside}'`;
    return forbiddenInLoop(node.args[1], loop) ?? forbidden(node.args[1], loop) ?? first(body, inside);
  }
  return first(childrenOf(node), loop);
}

/** Within a loop, facts may be compared with, but not gone through. */
function forbiddenInLoop(node: ASTNode, loop: string | undefined): string | undefined {
  return loop !== undefined && namesFacts(node)
    ? `facts at ${placeOf(node)} are gone through inside of a loop, where only '${loop}' may be`
    : undefined;
}

function namesFacts(node: ASTNode): boolean {
  return node.op === 'id' ? node.args === 'facts' : childrenOf(node).some(namesFacts);
}

function first(nodes: readonly ASTNode[], loop: string | undefined): string | undefined {
  for (const node of nodes) {
    const problem = forbidden(node, loop);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function forbiddenName(name: string, loop: string | undefined, at: string): string | undefined {
  if (name === loop) return undefined;
  if (loop !== undefined && name === 'payload')
    return `payload at ${at} stands inside of a loop, where only '${loop}' and what is not the payload may be named`;
  if (variableNames.includes(name) || typeNames.includes(name)) return undefined;
  if (loop !== undefined) return `'${name}' at ${at} is not known inside of this loop, whose own name is '${loop}'`;
  const meant = didYouMean(name, variableNames);
  const hint = meant === undefined ? `a fact is written facts.${name}, text '${name}'` : `did you mean '${meant}'?`;
  return `'${name}' at ${at} is none of ${variableNames.join(', ')}; ${hint}`;
}

function forbiddenCall(name: string, at: string): string | undefined {
  if (name === 'matches') return `matches() at ${at} is not offered; use startsWith, endsWith or contains`;
  if (functionNames.includes(name)) return undefined;
  const meant = didYouMean(name, functionNames);
  const hint = meant === undefined ? `there are ${functionNames.join(', ')}` : `did you mean '${meant}'?`;
  return `there is no ${name}() at ${at}; ${hint}`;
}

function forbiddenArguments(name: string, given: readonly ASTNode[], at: string): string | undefined {
  if (name === 'contains' && given.some((node) => node.op !== 'value'))
    return `contains() at ${at} takes text in quotes only`;
  return undefined;
}

function isLevel(node: ASTNode): boolean {
  return node.op === 'id' && (node.args === 'risk' || node.args === 'priority');
}

/** Beside risk and priority, words that are neither. */
function forbiddenWords(sides: readonly ASTNode[]): string | undefined {
  return sides.some(isLevel) ? sides.map(forbiddenLevel).find(Boolean) : undefined;
}

function forbiddenLevel(node: ASTNode): string | undefined {
  if (node.op === 'list') return node.args.map(forbiddenLevel).find(Boolean);
  if (node.op !== 'value' || typeof node.args !== 'string') return undefined;
  const levels: readonly string[] = Level.options;
  if (levels.includes(node.args)) return undefined;
  const meant = didYouMean(node.args, levels);
  return `'${node.args}' at ${placeOf(node)} is none of ${levels.join(', ')}${meant === undefined ? '' : `; did you mean '${meant}'?`}`;
}

/** What a piece of an expression is made of. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case '!_':
    case '-_':
      return [node.args];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    default:
      return node.args;
  }
}

function placeOf(node: ASTNode): string {
  return `character ${node.range.start + 1}`;
}
