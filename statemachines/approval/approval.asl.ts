import { limits } from '../../core/limits.ts';

/** Errors of the Lambda service itself, and of a function that ran out of time: the opening may not have happened. */
const serviceErrors = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
];

/** What the opening function throws where something it depends on failed. A refusal is not one: it fails the task itself. */
const fault = 'OpeningFault';

const about = {
  execution: '{% $states.context.Execution.Id %}',
  machine: '{% $states.context.StateMachine.Id %}',
  startedAt: '{% $states.context.Execution.StartTime %}',
  input: '{% $states.context.Execution.Input %}',
};

/** The approval state machine, in Amazon States Language. `openRequestArn`: the function that opens a request. */
export function approval(openRequestArn: string) {
  return {
    Comment: 'Waits for one decision. Its input is the request, or the event that brought it.',
    QueryLanguage: 'JSONata',
    StartAt: 'Await decision',
    States: {
      'Await decision': {
        Type: 'Task',
        Comment:
          'Opens the request and waits. Approval, automatic approval and bypass succeed this task; anything else fails it by name (Approval.Rejected, ...), which no Catch here names. Timeout: a backstop beyond any that a policy can ask for, so that a wait ends even if every timer and sweep of ours is lost.',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: {
          FunctionName: openRequestArn,
          Payload: {
            ...about,
            taskToken: '{% $states.context.Task.Token %}',
            redriveCount:
              '{% $exists($states.context.Execution.RedriveCount) ? $states.context.Execution.RedriveCount : 0 %}',
          },
        },
        TimeoutSeconds: limits.backstopSeconds,
        Retry: [
          {
            Comment:
              'The opening may or may not have been recorded. Repeating is safe: the new token joins the request under the same key, and supersedes this one.',
            ErrorEquals: [...serviceErrors, fault],
            IntervalSeconds: 2,
            BackoffRate: 2,
            MaxDelaySeconds: 60,
            MaxAttempts: 6,
            JitterStrategy: 'FULL',
          },
        ],
        Catch: [
          {
            Comment: 'The opening cannot be made: say so to whoever asked, instead of letting them wait.',
            ErrorEquals: [...serviceErrors, fault],
            Next: 'Refuse the opening',
          },
          {
            Comment: 'The backstop has fired. No function is asked: this has to work when nothing else does.',
            ErrorEquals: ['States.Timeout'],
            Next: 'Expire at the backstop',
          },
        ],
        End: true,
      },
      'Refuse the opening': {
        Type: 'Task',
        Comment:
          "Answers the caller's own task token and emits Request Refused, then fails by throwing Approval.Refused: that failure is the execution's, for one transition less than a Fail state. Should it ever not throw, the state after it fails all the same: no way out of a crash is a success. Timeout: the function's own is shorter, so this one fires only where its end was not reported.",
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: {
          FunctionName: openRequestArn,
          Payload: {
            ...about,
            crashed: {
              error: '{% $exists($states.input.Error) ? $states.input.Error : "" %}',
              cause: '{% $exists($states.input.Cause) ? $states.input.Cause : "" %}',
            },
          },
        },
        TimeoutSeconds: 120,
        Retry: [
          {
            Comment: 'The service failed once more. Refusing twice is refusing once.',
            ErrorEquals: [...serviceErrors, fault],
            IntervalSeconds: 5,
            BackoffRate: 2,
            MaxDelaySeconds: 120,
            MaxAttempts: 6,
            JitterStrategy: 'FULL',
          },
        ],
        Catch: [
          {
            Comment:
              'Not even that could be said. Our own caller is still to read Approval.Refused, as for any refusal.',
            ErrorEquals: [...serviceErrors, fault, 'States.Timeout'],
            Next: 'Refuse without a word',
          },
        ],
        Next: 'Refuse without a word',
      },
      'Refuse without a word': {
        Type: 'Fail',
        Error: 'Approval.Refused',
        Cause:
          '{"outcome":"refused","errors":[{"path":"","message":"The request could not be opened: see the execution history."}]}',
      },
      'Expire at the backstop': {
        Type: 'Fail',
        Error: 'Approval.Expired',
        Cause: '{"outcome":"expired","errors":[{"path":"","message":"No answer came before the backstop timeout."}]}',
      },
    },
  };
}
