import { runCommand } from '../../../lambdas/commands/run-command.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { Desk, policyWith } from '../../support/review-desk.ts';

const stage = (approvers: string, rule = 'any') =>
  `{ name: review, approvers: [${approvers}], rule: ${rule}, timeout: 24_hours }`;
const without = (person: string) => (policy: string) => policy.replace(new RegExp(`^    ${person}: .*\\n`, 'm'), '');

const catchUp = (desk: Desk) => reconcile(desk.fakes, desk.id, { by: 'stream' });
const mailed = ({ fakes }: Desk) => fakes.outside.mails.map(({ to }) => to.split('@')[0]).sort();
const anew = (desk: Desk) =>
  runCommand(desk.fakes, desk.id, { type: 'reissue', commandId: 'anew', by: 'ops', reason: 'asked for' });

test('R18 who has left the directory is mailed nothing any more: no link, and not how it ended', async () => {
  const desk = await Desk.asked(policyWith([stage('bob, carol')]));
  await catchUp(desk);
  expect(mailed(desk)).toEqual(['bob', 'carol']);
  desk.publish(without('bob')(policyWith([stage('carol')])));

  await anew(desk);
  await catchUp(desk);
  expect(mailed(desk)).toEqual(['bob', 'carol', 'carol']);

  await desk.send(await desk.link('carol'), 'approve', { comment: 'Not for bob to read' });
  await catchUp(desk);
  expect(mailed(desk)).toEqual(['alice', 'bob', 'carol', 'carol', 'carol']);
});

test('R18 whose leaving opened another round is not told how that ended', async () => {
  const policy = policyWith([stage('leads', 'all')]).replace('leads: [carol, dan, alice]', 'leads: [bob, carol]');
  const desk = await Desk.asked(policy);
  await catchUp(desk);
  desk.publish(without('bob')(policy.replace('[bob, carol]', '[carol]')));
  await reconcile(desk.fakes, desk.id, { by: 'sweep', inForce: desk.fakes.tables.pointer?.version });
  await catchUp(desk);
  expect(desk.request.rounds).toHaveLength(2);
  await desk.send(await desk.link('carol'), 'approve', { comment: 'Not for bob to read' });
  await catchUp(desk);
  expect(desk.request).toMatchObject({ status: 'settled', outcome: 'approved' });
  expect(mailed(desk).filter((name) => name === 'bob')).toHaveLength(1);
});

test('R18 who has lost the group they were asked by is not asked by mail, and is told how it ended', async () => {
  const crew = (...members: string[]) => `groups:\n    crew: [${members.join(', ')}]`;
  const policy = (...members: string[]) => policyWith([stage('crew')]).replace(/groups:.*$/m, crew(...members));
  const desk = await Desk.asked(policy('bob', 'carol'));
  await catchUp(desk);
  desk.publish(policy('carol'));
  await anew(desk);
  await catchUp(desk);
  expect(mailed(desk)).toEqual(['bob', 'carol', 'carol']);
  await desk.send(await desk.link('carol'), 'approve');
  await catchUp(desk);
  expect(mailed(desk)).toEqual(['alice', 'bob', 'bob', 'carol', 'carol', 'carol']);
});
