import validate from 'asl-validator';
import jsonata from 'jsonata';
import { limits } from '../../../core/limits.ts';
import { readHanded } from '../../../lambdas/commands/machine-opening.ts';
import { environmentOf } from '../../../lambdas/handlers/environment.ts';
import { approval } from '../../../statemachines/approval/approval.asl.ts';

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:open';
const machine = approval(arn);
const { States } = machine;

/** Every `{% … %}` in a value, with where it stands. */
function expressions(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return value.startsWith('{%') ? [[path, value.slice(2, -2).trim()]] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => expressions(inner, path ? `${path}.${key}` : key));
}

/** What `Arguments.Payload` becomes, given `$states`. */
async function payload(state: 'Await decision' | 'Refuse the opening', states: unknown): Promise<object> {
  const made: Record<string, object> = {};
  for (const [path, text] of expressions(States[state].Arguments.Payload)) {
    const value = await jsonata(text).evaluate({}, { states });
    // Step Functions fails an execution whose expression has no value.
    if (value === undefined) throw new Error(`${path} is undefined`);
    const [first = '', second] = path.split('.');
    if (second === undefined) made[first] = value;
    else made[first] = { ...made[first], [second]: value };
  }
  return made;
}

const context = {
  Execution: { Id: 'arn:e', Input: { title: 'Deploy' }, StartTime: '2026-11-21T10:00:00Z', RedriveCount: 2 },
  StateMachine: { Id: 'arn:m' },
  Task: { Token: 'token' },
};
const about = { execution: 'arn:e', machine: 'arn:m', startedAt: '2026-11-21T10:00:00Z', input: { title: 'Deploy' } };

test('the definition is valid Amazon States Language', () => {
  const { isValid, errorsText } = validate(structuredClone(machine) as never);
  expect([isValid, isValid ? '' : errorsText('\n')]).toEqual([true, '']);
});

test('the opening is handed the token, whose it is and the whole input', async () => {
  expect(await payload('Await decision', { context })).toEqual({ ...about, taskToken: 'token', redriveCount: 2 });
});

test('a context without a redrive count is a first run', async () => {
  const { RedriveCount: _, ...Execution } = context.Execution;
  expect(await payload('Await decision', { context: { ...context, Execution } })).toMatchObject({ redriveCount: 0 });
});

test('R52 a crashed opening is refused with what crashed it, and without a token to answer', async () => {
  const input = { Error: 'OpeningFault', Cause: 'DynamoDB' };
  const crashed = { error: 'OpeningFault', cause: 'DynamoDB' };
  expect(await payload('Refuse the opening', { context, input })).toEqual({ ...about, crashed });
});

test('R52 an error without a cause is refused too', async () => {
  expect(await payload('Refuse the opening', { context, input: { Error: 'Lambda.Unknown' } })).toMatchObject({
    crashed: { error: 'Lambda.Unknown', cause: '' },
  });
});

test('expressions are paths, comparisons and $exists, nothing that could decide something', () => {
  for (const [, text] of expressions(machine)) {
    expect(text).toMatch(/^(\$exists\((\$states[.\w]+)\) \? \2 : ("[^"]*"|\d+)|\$states[.\w]+)$/);
  }
});

test('no Catch and no Retry could swallow a rejection', () => {
  const named = Object.values(States).flatMap((state) => [
    ...('Retry' in state ? state.Retry : []),
    ...('Catch' in state ? state.Catch : []),
  ]);
  expect(named.length).toBeGreaterThan(0);
  for (const { ErrorEquals } of named) {
    for (const error of ErrorEquals) expect(error).not.toMatch(/^(States\.(ALL|TaskFailed)|Approval\..*)$/);
  }
});

const every = (name: 'Await decision' | 'Refuse the opening') => {
  const { Retry, Catch } = States[name];
  const all = (rules: { ErrorEquals: string[] }[]) => rules.flatMap(({ ErrorEquals }) => ErrorEquals);
  return { retried: all(Retry), caught: all(Catch) };
};

describe.each(['Await decision', 'Refuse the opening'] as const)('R52 whatever fails "%s"', (name) => {
  const { retried, caught } = every(name);

  test.each([
    ...['Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException', 'Lambda.Unknown'],
    ...['Lambda.TooManyRequestsException', 'Lambda.ClientExecutionTimeoutException'],
    ...['Lambda.ResourceNotReadyException', 'Lambda.ResourceConflictException', 'Sandbox.Timedout', 'OpeningFault'],
    ...['Runtime.ExitError', 'Runtime.OutOfMemory'],
  ])('R52 %s is tried again, and refused in the end', (error) => {
    expect([retried.includes(error), caught.includes(error)]).toEqual([true, true]);
  });

  test.each([
    ...['Lambda.ResourceNotFoundException', 'Lambda.KMSAccessDeniedException', 'Runtime.ImportModuleError'],
    ...['Runtime.HandlerNotFound', 'Runtime.UserCodeSyntaxError', 'States.DataLimitExceeded'],
    ...['Error', 'TypeError', '$ZodError'],
  ])('R52 %s would only come again: it is refused at once', (error) => {
    expect([retried.includes(error), caught.includes(error)]).toEqual([false, true]);
  });

  test('R52 what is tried again is refused in the end, and no name stands twice', () => {
    expect(retried.filter((error) => !caught.includes(error))).toEqual([]);
    expect([new Set(retried).size, new Set(caught).size]).toEqual([retried.length, caught.length]);
  });
});

test('R52 a function that cannot even start, as it reports itself, is caught by name', () => {
  const { caught } = every('Await decision');
  const started = nameOf(() => environmentOf('open-request', {}));
  expect(caught).toContain(started);
});

test('R52 a hand-over that the function cannot read is logged without its token, and refused without another try', () => {
  const logged = jest.spyOn(console, 'error').mockImplementation(() => {});
  const thrown = nameOf(() => readHanded({ ...about, machine: 7, taskToken: 'secret' }));
  const { retried, caught } = every('Await decision');
  expect([retried.includes(thrown), caught.includes(thrown)]).toEqual([false, true]);
  // The state after it is handed the same, and ends the execution without the function.
  const refusing = every('Refuse the opening');
  expect([refusing.retried.includes(thrown), refusing.caught.includes(thrown)]).toEqual([false, true]);
  expect(logged.mock.calls).toEqual([
    [expect.objectContaining({ execution: 'arn:e', problems: [expect.stringMatching(/^machine: /)] })],
  ]);
  expect(JSON.stringify(logged.mock.calls)).not.toContain('secret');
  logged.mockRestore();
});

function nameOf(broken: () => unknown): string {
  try {
    broken();
  } catch (error) {
    return error instanceof Error || (typeof error === 'object' && error && 'name' in error) ? String(error.name) : '';
  }
  return '';
}

test('every retry, catch and timeout says why', () => {
  for (const state of Object.values(States)) {
    for (const one of [...('Retry' in state ? state.Retry : []), ...('Catch' in state ? state.Catch : [])]) {
      expect(one.Comment.length).toBeGreaterThan(20);
    }
    if ('TimeoutSeconds' in state) expect(state.Comment).toContain('Timeout:');
  }
});

test('no way out of a crash is a success: the only state that can succeed is the one that waits', () => {
  const ends = Object.entries(States).filter(([, state]) => 'End' in state);
  expect(ends.map(([name]) => name)).toEqual(['Await decision']);
  expect(States['Refuse the opening'].Next).toBe('Refuse without a word');
});

test('the backstop is the one that the policy schema keeps below, and ends in Approval.Expired without asking a function', () => {
  expect(States['Await decision'].TimeoutSeconds).toBe(limits.backstopSeconds);
  const [, backstop] = States['Await decision'].Catch;
  expect(backstop).toMatchObject({ ErrorEquals: ['States.Timeout'], Next: 'Expire at the backstop' });
  expect(States['Expire at the backstop']).toMatchObject({ Type: 'Fail', Error: 'Approval.Expired' });
});

test('causes are JSON, as every answer is', () => {
  for (const name of ['Refuse without a word', 'Expire at the backstop'] as const) {
    expect(JSON.parse(States[name].Cause)).toMatchObject({ outcome: expect.any(String) });
  }
});
