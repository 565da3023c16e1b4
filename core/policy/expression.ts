import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import { limits } from '../limits.ts';
import { forbidden } from './expression-rules.ts';
import { errorInWords } from './expression-words.ts';

/** What an expression may speak of. What is left out makes an expression that needs it unknown. */
export interface ExpressionVariables {
  /** The facts that are stated, by name. */
  facts: Readonly<Record<string, unknown>>;
  /** What would be done. */
  payload: unknown;
  environment: string;
  risk: string;
  priority: string;
  source: string;
  /** In lower case, as the requester is: both are told without it. */
  trigger?: string | undefined;
  requestedBy: string;
}

const cel = new Environment({ limits: { maxAstNodes: 400, maxDepth: 32 } })
  .registerVariable('facts', 'map<string, dyn>')
  .registerVariable('payload', 'dyn')
  .registerVariable('environment', 'string')
  .registerVariable('risk', 'string')
  .registerVariable('priority', 'string')
  .registerVariable('source', 'string')
  .registerVariable('trigger', 'string')
  .registerVariable('requestedBy', 'string')
  .registerOperator('double % double: double', remainder);

// JSON has one kind of number, CEL two that do not mix: `facts.lines + 1` is what people write.
const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': remainder,
};
for (const [operator, of] of Object.entries(arithmetic))
  cel
    .registerOperator(`double ${operator} int: double`, (a: number, b: bigint) => of(a, Number(b)))
    .registerOperator(`int ${operator} double: double`, (a: bigint, b: number) => of(Number(a), b));

/** Of whole numbers, as CEL has it. What throws is unknown. */
function remainder(a: number, b: number): number {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b) || b === 0) throw new Error('no whole numbers to divide');
  return a % b;
}

/** An expression, read once: what runs it, or what is wrong with it. */
type Program = { run: ParseResult } | { problem: string };

/** Read expressions by their text, so that no request pays for reading one again. Bounded: the oldest makes way. */
const programs = new Map<string, Program>();
const programsKept = 4_000;

/** What is wrong with an expression, in one line with the place in it (characters count from 1); undefined if nothing is. */
export function expressionProblem(text: string): string | undefined {
  const program = programOf(text);
  return 'problem' in program ? program.problem : undefined;
}

/** What an expression is made of; undefined where it is none. */
export function syntaxOf(text: string): ASTNode | undefined {
  const program = programOf(text);
  return 'problem' in program ? undefined : program.run.ast;
}

/**
 * Does it hold? `unknown`: it needs what is not stated, or compares what cannot be compared, or is no expression at all.
 * Never throws.
 */
export function holds(expression: string, variables: ExpressionVariables): boolean | 'unknown' {
  const program = programOf(expression);
  if ('problem' in program) return 'unknown';
  try {
    const result: unknown = program.run({ ...variables });
    return typeof result === 'boolean' ? result : 'unknown';
  } catch {
    return 'unknown';
  }
}

function programOf(text: string): Program {
  const known = programs.get(text);
  if (known) return known;
  const program = read(text);
  const [oldest] = programs.keys();
  if (programs.size >= programsKept && oldest !== undefined) programs.delete(oldest);
  programs.set(text, program);
  return program;
}

function read(text: string): Program {
  if (text.length > limits.expression)
    return { problem: `must not be longer than ${limits.expression} characters (these are ${text.length})` };
  try {
    const run = cel.parse(text);
    const ast: ASTNode = run.ast;
    const problem = forbidden(ast);
    if (problem !== undefined) return { problem };
    const { valid, type = 'dyn', error } = run.check();
    if (!valid) return { problem: errorInWords(error, text) };
    // `dyn`: only the request tells what it is; what is then neither true nor false is unknown.
    if (type !== 'bool' && type !== 'dyn') return { problem: `must be true or false, and is ${kindInWords(type)}` };
    return { run };
  } catch (error) {
    return { problem: errorInWords(error, text) };
  }
}

function kindInWords(type: string): string {
  if (type === 'string') return 'text';
  return ['int', 'double', 'uint'].includes(type) ? 'a number' : `a ${type}`;
}
