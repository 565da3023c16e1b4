import {
  answered,
  approve,
  cancel,
  entryIn,
  gates,
  given,
  inStatus,
  leave,
  open,
  refusalIn,
  requestIn,
  task,
  when,
} from '../../../support/core-fixtures.ts';

const two = (more = {}) => open(gates.one, { tasks: [task('first'), task('second', more)] });

describe('a waiting task leaves', () => {
  test('R20 the last one that held the request open cancels it, in the same entry', () => {
    const log = given(gates.one, leave('first'));
    expect(log[1]).toMatchObject({ type: 'left', task: 'first', reason: 'aborted', outcome: 'cancelled' });
    expect(inStatus(log, 'settled')).toMatchObject({
      outcome: 'cancelled',
      settledSeq: 2,
      reason: 'its work has ended (aborted)',
      tasks: [{ state: 'left' }],
    });
  });

  test('R53 while another holds it, the request goes on', () => {
    const log = given(two(), leave('first', 'timed_out'));
    expect(log[1]).not.toHaveProperty('outcome');
    expect(requestIn(log)).toMatchObject({ status: 'pending', tasks: [{ state: 'left' }, { state: 'waiting' }] });
    expect(entryIn(when(log, leave('second')))).toMatchObject({ outcome: 'cancelled' });
  });

  test('our own task beside a caller’s does not hold the request open: the caller’s does', () => {
    const both = open(gates.one, { tasks: [task('ours', { holds: false }), task('caller', { own: false })] });
    expect(requestIn(given(both, leave('ours')))).toMatchObject({ status: 'pending' });
    expect(requestIn(given(both, leave('caller')))).toMatchObject({ status: 'settled', outcome: 'cancelled' });
  });

  test('a task that was answered, or has left, does not hold it open', () => {
    expect(requestIn(given(two({ holds: false }), leave('second'), leave('first')))).toMatchObject({
      outcome: 'cancelled',
    });
    expect(requestIn(given(two(), leave('second'), leave('first')))).toMatchObject({ outcome: 'cancelled' });
  });

  test('R53 a request that was opened without a task goes on without those that joined it', () => {
    const log = given(
      open(gates.one, { tasks: [] }),
      open(gates.one, { tasks: [task('joined')], commandId: 'again' }),
      leave('joined'),
    );
    expect(log.map(({ type }) => type)).toEqual(['opened', 'joined', 'left']);
    expect(requestIn(log)).toMatchObject({ status: 'pending', tasks: [{ state: 'left' }] });
  });

  test('a granted request whose work has ended is cancelled, not carried out', () => {
    const log = given(gates.notBefore, approve('bob'), leave('first'));
    expect(inStatus(log, 'settled').outcome).toBe('cancelled');
  });

  test('R53 after settlement it is noted, and changes no outcome', () => {
    const log = given(two(), approve('bob'), leave('first'));
    expect(log[2]).not.toHaveProperty('outcome');
    expect(inStatus(log, 'settled')).toMatchObject({
      outcome: 'approved',
      settledSeq: 2,
      tasks: [{ state: 'left' }, {}],
    });
  });

  test('R25 the same event again finds its entry', () => {
    const log = given(two(), leave('first'));
    expect(when(log, leave('first'))).toEqual({ kind: 'recorded', entry: log[1] });
  });

  test('a task that has its answer cannot leave, nor one that nobody knows', () => {
    const log = given(gates.one, cancel(), answered('first'));
    const late = when(log, leave('first'));
    expect(refusalIn(late)).toEqual(['already_settled', 409]);
    expect(late).toMatchObject({ refusal: { message: 'This task is not waiting any more.' } });
    const unknown = when(log, leave('nobody'));
    expect(refusalIn(unknown)).toEqual(['not_found', 404]);
    expect(unknown).toMatchObject({ refusal: { message: 'This request has no such waiting task.' } });
  });
});
