import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  InvalidArn,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { Json } from '../../core/json.ts';
import type { Executions } from '../services.ts';

/** Pages of history read at most, each of a thousand events: beyond it, it stays unclear. AWS keeps 25,000 events. */
const PAGES = 10;

/** Event types that say that an execution, or a task of it, stopped waiting without an answer of anybody's. */
const stopped = new Set(['ExecutionAborted', 'ExecutionTimedOut', 'TaskTimedOut']);

/** What became of executions, asked of Step Functions. Its answers lag a little behind what it did. */
export function sfnExecutions(client: SFNClient): Executions {
  return {
    async describe(arn) {
      const described = await unlessNone(client.send(new DescribeExecutionCommand({ executionArn: arn })));
      if (!described?.status) return undefined;
      const { status, output, error, cause } = described;
      return {
        status,
        ...(output === undefined ? {} : { output: parsed(output) ?? output }),
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      };
    },

    async endedWith(arn, answerId) {
      let gone = false;
      let nextToken: string | undefined;
      for (let page = 0; page < PAGES; page++) {
        const history = await unlessNone(
          client.send(
            new GetExecutionHistoryCommand({
              executionArn: arn,
              reverseOrder: true,
              includeExecutionData: true,
              maxResults: 1000,
              ...(nextToken === undefined ? {} : { nextToken }),
            }),
          ),
        );
        for (const event of history?.events ?? []) {
          if (answerIdOf(event) === answerId) return 'delivered';
          // Not yet 'gone': another task's timeout may stand later in the history than the answer of ours.
          if (stopped.has(event.type ?? '')) gone = true;
        }
        nextToken = history?.nextToken;
        if (nextToken === undefined) return gone ? 'gone' : undefined;
      }
      return undefined;
    },
  };
}

/** The `id` in the answer that a task ended with. */
function answerIdOf(event: HistoryEvent): unknown {
  const told = event.taskSucceededEventDetails?.output ?? event.taskFailedEventDetails?.cause;
  const answer = told === undefined ? undefined : parsed(told);
  return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? answer.id : undefined;
}

function parsed(text: string): Json | undefined {
  try {
    return Json.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** An execution that AWS no longer knows, or that never was one: a caller's ARN is its own claim. */
async function unlessNone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist || error instanceof InvalidArn) return undefined;
    throw error;
  }
}
