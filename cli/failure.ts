import type { Problem } from '../core/refusal.ts';
import { exitCodes } from './exit-codes.ts';

/** Ends the command: a message for the person at the terminal, more lines where they help, and the exit code. */
export class Failure extends Error {
  override name = 'Failure';
  readonly exitCode: number;
  readonly details: readonly string[];
  constructor(exitCode: number, message: string, details: readonly string[] = []) {
    super(message);
    this.exitCode = exitCode;
    this.details = details;
  }
}

/** Countersign said no. `code` as in `core/refusal.ts`; empty where it was AWS that said it. */
export class Refused extends Failure {
  override name = 'Refused';
  readonly code: string;
  readonly problems: readonly Problem[];
  constructor(code: string, message: string, details: readonly string[] = [], problems: readonly Problem[] = []) {
    super(exitCodes.refused, message, details);
    this.code = code;
    this.problems = problems;
  }
}

export function usage(message: string, details: readonly string[] = []): Failure {
  return new Failure(exitCodes.usage, message, details);
}

export function fault(message: string, details: readonly string[] = []): Failure {
  return new Failure(exitCodes.fault, message, details);
}
