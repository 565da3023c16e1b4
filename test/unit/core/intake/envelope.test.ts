import {
  accountOfExecution,
  callerExecutionOf,
  checkTaskAccount,
  parseEnvelope,
} from '../../../../core/intake/envelope.ts';

const execution = 'arn:aws:states:us-east-1:000000000000:execution:Deploy:run-1';
const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:Deploy';
const event = {
  id: 'e',
  source: 'demo.shop',
  account: '000000000000',
  'detail-type': 'Request Approval',
  detail: { title: 'x' },
};

test('an event as EventBridge delivers it is read, the rest of it left out', () => {
  const read = parseEnvelope({ ...event, version: '0', time: 't', region: 'r', resources: [machine] });
  expect(read).toEqual({ ...event, resources: [machine] });
  expect(parseEnvelope(event)).toEqual({ ...event, resources: [] });
});

test.each([undefined, {}, { ...event, account: 'x' }, { ...event, detail: [] }, { ...event, detail: 'x' }])(
  '%j is none',
  (input) => {
    const read = parseEnvelope(input);
    expect('code' in read && read.code).toBe('invalid');
  },
);

test('the execution that sent it stands among its resources, beside the state machine', () => {
  expect(callerExecutionOf({ resources: [machine, execution] })).toBe(execution);
  expect(callerExecutionOf({ resources: [machine] })).toBeUndefined();
  expect(callerExecutionOf({ resources: [] })).toBeUndefined();
});

test.each([
  [execution, '000000000000'],
  ['arn:aws-us-gov:states:us-gov-west-1:111122223333:express:M:n:u', '111122223333'],
  [machine, undefined],
  ['x', undefined],
])('%s is of account %s', (arn, account) => {
  expect(accountOfExecution(arn)).toBe(account);
});

test('a task of another account is refused: we could never answer it', () => {
  expect(checkTaskAccount('000000000000', {})).toBeUndefined();
  expect(checkTaskAccount('000000000000', { callerAccount: '000000000000', execution })).toBeUndefined();
  expect(checkTaskAccount('000000000000', { callerAccount: '111122223333' })?.code).toBe('foreign_token');
  expect(checkTaskAccount('111122223333', { execution })?.code).toBe('foreign_token');
  expect(checkTaskAccount('000000000000', { execution: 'x' })?.code).toBe('invalid');
});
