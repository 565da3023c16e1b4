import { limits } from '../../core/limits.ts';

/** What the opening function throws where something it depends on failed. A refusal is not one: it fails the task itself. */
const fault = 'OpeningFault';

/** What another try may not meet: the Lambda service itself, a function whose time, memory or process ended. The opening may have happened. */
const passing = [
  fault,
  ...['ServiceException', 'AWSLambdaException', 'SdkClientException', 'TooManyRequestsException', 'Unknown'].map(
    (name) => `Lambda.${name}`,
  ),
  // While a deploy replaces the function's code, or brings it back after weeks without a call.
  ...['ClientExecutionTimeoutException', 'ResourceConflictException', 'ResourceNotReadyException'].map(
    (name) => `Lambda.${name}`,
  ),
  ...['Sandbox.Timedout', 'Runtime.ExitError', 'Runtime.OutOfMemory', 'Runtime.Unknown'],
];

/** What another try meets again. The opening has not happened, or nothing of ours can tell. */
const lasting = [
  // Deleted or replaced by a deploy, or unable to read its own environment.
  ...['ResourceNotFoundException', 'InvalidParameterValueException', 'InvalidRuntimeException'].map(
    (name) => `Lambda.${name}`,
  ),
  ...['KMSAccessDeniedException', 'KMSDisabledException', 'KMSInvalidStateException', 'KMSNotFoundException'].map(
    (name) => `Lambda.${name}`,
  ),
  // Code that does not load.
  ...['ImportModuleError', 'HandlerNotFound', 'MalformedHandlerName', 'UserCodeSyntaxError'].map(
    (name) => `Runtime.${name}`,
  ),
  // What JavaScript throws by itself, and what a handler throws before its own net: Lambda reports the name of the error.
  ...['Error', 'TypeError', 'ReferenceError', 'RangeError', 'SyntaxError', '$ZodError'],
  // What Step Functions says: an input that fits only without what is put around it, an expression without a value, a
  // role that may not call.
  ...['States.DataLimitExceeded', 'States.QueryEvaluationError', 'States.Permissions'],
];

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
            ErrorEquals: passing,
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
            ErrorEquals: [...passing, ...lasting],
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
            ErrorEquals: passing,
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
            ErrorEquals: [...passing, ...lasting, 'States.Timeout'],
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
