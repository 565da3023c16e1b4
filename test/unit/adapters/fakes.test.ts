import { personTag } from '../../../core/link.ts';
import { fakeServices } from '../../support/fakes.ts';
import { ARN, entry, ID, TOKEN } from './support.ts';

/* The fakes stand in for the adapters in every test of handlers: what those promise, these keep. */

const T0 = '2026-11-21T10:00:00.000Z';
const T1 = '2026-11-21T10:05:00.000Z';
const task = { key: 'k', execution: ARN, own: false, holds: true, token: TOKEN, id: ID, since: T0 };

test('the log: appended, ours, taken; what was stored is a copy', async () => {
  const { log, tables } = fakeServices();
  const mine = entry();
  await expect(log.append(mine)).resolves.toBe('appended');
  await expect(log.append(entry())).resolves.toBe('ours');
  await expect(log.append(entry({ comment: 'other' }))).resolves.toBe('taken');
  const [read] = await log.read(ID);
  Object.assign(read ?? {}, { comment: 'changed' });
  expect(tables.log.get(ID)).toEqual([mine]);
});

test('markers: claimed, held, again once, lost; sent stays sent; a release gives back one try', async () => {
  const fakes = fakeServices();
  const other = fakes.restarted();
  await expect(fakes.markers.claim(ID, 'm', T0, 60)).resolves.toBe('claimed');
  await expect(other.markers.claim(ID, 'm', T0, 60)).resolves.toBe('held');
  await expect(other.markers.claim(ID, 'm', T1, 60)).resolves.toBe('again');
  await fakes.markers.release(ID, 'm');
  await expect(fakes.markers.claim(ID, 'm', T1, 60)).resolves.toBe('held');
  await other.markers.release(ID, 'm');
  await expect(fakes.markers.claim(ID, 'm', T1, 60)).resolves.toBe('again');
  await expect(other.markers.claim(ID, 'm', '2026-11-21T11:00:00.000Z', 60)).resolves.toBe('lost');
  await fakes.markers.sent(ID, 'm', 'message-1', T1);
  await expect(other.markers.claim(ID, 'm', '2026-11-21T12:00:00.000Z', 60)).resolves.toBe('sent');
  await fakes.markers.claim(ID, 'n', T0, 60);
  await fakes.markers.release(ID, 'n');
  await expect(other.markers.claim(ID, 'n', T0, 60)).resolves.toBe('claimed');
});

test('a task is put once, answered once, and its execution tells with what', async () => {
  const { waiting, answers, executions, outside } = fakeServices();
  await waiting.put(task);
  await waiting.put({ ...task, token: 'another' });
  await expect(waiting.get(task)).resolves.toEqual(task);
  await expect(answers.fail(TOKEN, 'Approval.Rejected', JSON.stringify({ id: ID }))).resolves.toBe('delivered');
  await expect(answers.succeed(TOKEN, '{}')).resolves.toBe('closed');
  await expect(executions.endedWith(ARN, ID)).resolves.toBe('delivered');
  await expect(executions.endedWith(ARN, 'another')).resolves.toBeUndefined();
  outside.executions.set(ARN, { status: 'ABORTED' });
  await expect(executions.endedWith(ARN, 'another')).resolves.toBe('gone');
});

test('somebody taken out of the directory is nobody from then on', async () => {
  const fakes = fakeServices();
  const bob = { name: 'Bob', email: 'Bob@example.com' };
  fakes.publish({ directory: { people: { bob }, groups: {} }, sources: {}, environments: {} });
  const { pointer, person } = await fakes.policy.pointerAndPerson(personTag('bob'));
  expect(person).toEqual({ person: 'bob', ...bob, addresses: ['bob@example.com'], groups: [] });
  await expect(fakes.policy.version(pointer?.version ?? '')).resolves.toMatchObject({ sources: {} });
  await fakes.publisher.putPeople([]);
  await expect(fakes.policy.pointerAndPerson(personTag('bob'))).resolves.toEqual({ pointer, person: undefined });
});

test('every outside call is announced before and after, and can be made to fail at either moment', async () => {
  const fakes = fakeServices();
  const crash = (name: string, moment: 'before' | 'after') => {
    fakes.hook = (call, when) => {
      if (call.name === name && when === moment) throw new Error(`${moment} ${call.name}`);
    };
  };
  crash('log.append', 'before');
  await expect(fakes.log.append(entry())).rejects.toThrow('before log.append');
  expect(fakes.tables.log.size).toBe(0);
  crash('log.append', 'after');
  await expect(fakes.log.append(entry())).rejects.toThrow('after log.append');
  fakes.hook = () => {};
  await expect(fakes.log.append(entry())).resolves.toBe('ours');
  for await (const _ of fakes.rows.open()) throw new Error('no row is open');
  expect(fakes.calls).toEqual(['log.append', 'log.append', 'log.append', 'rows.open']);
});
