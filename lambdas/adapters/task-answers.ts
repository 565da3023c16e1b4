import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { TaskAnswers } from '../services.ts';

/** Step Functions did not take an answer. `name` is AWS's own; the message holds no token, which AWS's may quote. */
export class TaskNotAnswered extends Error {
  override readonly name: string;
  constructor(name: string) {
    super(`Step Functions did not take the answer of a task (${name}).`);
    this.name = name;
  }
}

/** Answers waiting tasks. */
export function sfnTaskAnswers(client: SFNClient): TaskAnswers {
  return {
    succeed: (taskToken, output) => answer(() => client.send(new SendTaskSuccessCommand({ taskToken, output }))),
    fail: (taskToken, error, cause) =>
      answer(() => client.send(new SendTaskFailureCommand({ taskToken, error, cause }))),
  };
}

async function answer(send: () => Promise<unknown>): Promise<'delivered' | 'closed'> {
  try {
    await send();
    return 'delivered';
  } catch (error) {
    // Answered already, or gone: which of them, the execution knows.
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist) return 'closed';
    // Not a token at all, so that nothing ever waited behind it, and asking again would ask for ever. A caller sent it.
    if (error instanceof InvalidToken) return 'closed';
    throw new TaskNotAnswered(error instanceof Error ? error.name : 'unknown');
  }
}
