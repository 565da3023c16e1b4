import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  SFNServiceException,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { sfnTaskAnswers } from '../../../lambdas/adapters/task-answers.ts';
import { meta, shownBy, TOKEN } from './support.ts';

const sfn = mockClient(SFNClient);
const answers = sfnTaskAnswers(new SFNClient({ region: 'us-east-1' }));

beforeEach(() => sfn.reset());

test('an answer that Step Functions takes is delivered', async () => {
  sfn.on(SendTaskSuccessCommand).resolves({});
  sfn.on(SendTaskFailureCommand).resolves({});
  await expect(answers.succeed(TOKEN, '{"id":"x"}')).resolves.toBe('delivered');
  await expect(answers.fail(TOKEN, 'Approval.Rejected', '{"id":"x"}')).resolves.toBe('delivered');
  expect(sfn.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input).toEqual({
    taskToken: TOKEN,
    output: '{"id":"x"}',
  });
  expect(sfn.commandCalls(SendTaskFailureCommand)[0]?.args[0].input).toEqual({
    taskToken: TOKEN,
    error: 'Approval.Rejected',
    cause: '{"id":"x"}',
  });
});

test.each([
  new TaskTimedOut({ message: 'Task Timed Out', ...meta(400) }),
  new TaskDoesNotExist({ message: 'Task does not exist', ...meta(400) }),
  new InvalidToken({ message: `Invalid Token: '${TOKEN}'`, ...meta(400) }),
])('R17 a task that takes no answer is closed, whichever way it was asked: %p', async (error) => {
  sfn.on(SendTaskSuccessCommand).rejects(error);
  sfn.on(SendTaskFailureCommand).rejects(error);
  await expect(answers.succeed(TOKEN, '{}')).resolves.toBe('closed');
  await expect(answers.fail(TOKEN, 'Approval.Rejected', '{}')).resolves.toBe('closed');
});

test.each(['ThrottlingException', 'ServiceUnavailable', 'ValidationException', 'InvalidOutput'])(
  'R12 R17 any other fault is thrown under its name, without the token that AWS may quote: %s',
  async (name) => {
    const message = `1 validation error detected: Value '${TOKEN}' at 'taskToken' failed`;
    sfn.on(SendTaskSuccessCommand).rejects(new SFNServiceException({ name, message, $fault: 'client', ...meta(400) }));
    await expect(answers.succeed(TOKEN, '{}')).rejects.toMatchObject({ name });
    expect(await shownBy(answers.succeed(TOKEN, '{}'))).not.toContain(TOKEN.slice(0, 20));
  },
);
