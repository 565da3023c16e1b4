import { limits } from '../../../core/limits.ts';
import { runCommand } from '../../../lambdas/commands/run-command.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { Desk, policyWith } from '../../support/review-desk.ts';

const both = '{ name: review, approvers: [bob, carol], rule: all, timeout: 24_hours }';
const any = '{ name: review, approvers: [bob, carol], rule: any, timeout: 24_hours }';

/** Everybody's links are made anew, as an operator does. */
async function reissue(desk: Desk): Promise<void> {
  await runCommand(desk.fakes, desk.id, { type: 'reissue', commandId: 'anew', by: 'ops', reason: 'they leaked' });
}

function revoke({ fakes }: Desk): void {
  const { pointer } = fakes.tables;
  if (pointer) fakes.tables.pointer = { ...pointer, epoch: 2, revoked: [{ epoch: 1, at: fakes.now.toISOString() }] };
}

const mailsTo = ({ fakes }: Desk, to: string) => fakes.outside.mails.filter((mail) => mail.to === to);

describe('R22 a link whose key was withdrawn shows nothing', () => {
  test('of a settled request', async () => {
    const desk = await Desk.asked(policyWith([any]));
    const link = await desk.link('bob');
    await desk.send(await desk.link('carol'), 'reject', { comment: 'A secret reason' });
    revoke(desk);
    const page = await desk.show(link);
    expect([page.status, page.text]).toEqual([410, expect.stringContaining('This link was withdrawn')]);
    expect(page.text).not.toMatch(/secret reason|Deploy shop/);
  });

  test('of an earlier round', async () => {
    const desk = await Desk.asked(policyWith([both]), { editable: ['/replicas'] });
    const link = await desk.link('bob');
    await desk.send(await desk.link('carol'), 'approve', { values: ['7'] });
    expect((await desk.show(link)).text).toContain('/replicas');
    revoke(desk);
    expect((await desk.show(link)).text).not.toContain('/replicas');
  });
});

describe('R19 a link whose time is over', () => {
  test('shows how its request ended, as gone, and after a month not even that', async () => {
    const desk = await Desk.asked(policyWith([any]));
    const link = await desk.link('bob');
    await desk.send(await desk.link('carol'), 'approve');
    expect((await desk.show(link)).status).toBe(200);
    desk.fakes.advance(31 * 86_400);
    const over = await desk.show(link);
    expect([over.status, over.text]).toEqual([410, expect.stringContaining('Approved')]);
    desk.fakes.advance(limits.linkShowsSeconds);
    const forgotten = await desk.show(link);
    expect([forgotten.status, forgotten.text]).toEqual([410, expect.stringContaining('This link has expired')]);
    expect(forgotten.text).not.toContain('Deploy shop');
  });
});

describe('no page promises a mail that will not come', () => {
  test('who has answered is told that nothing more is asked of them, when links are made anew', async () => {
    const desk = await Desk.asked(policyWith([both]));
    const link = await desk.link('bob');
    await desk.send(link, 'approve');
    await reissue(desk);
    const page = await desk.show(link);
    expect([page.status, page.text]).toEqual([410, expect.stringContaining('You have answered already')]);
    expect(page.html).not.toContain('send_link');
  });

  test('a form that asks for the current link all the same is told so, and records nothing', async () => {
    const desk = await Desk.asked(policyWith([both]));
    const link = await desk.link('bob');
    const nonce = await desk.nonce(link);
    await desk.send(link, 'approve', {}, nonce);
    const before = desk.log.length;
    const page = await desk.send(link, 'send_link', {}, nonce);
    expect([page.status, page.text]).not.toEqual([202, expect.anything()]);
    expect(desk.log).toHaveLength(before);
  });

  test('who is still asked gets the current link, and it decides', async () => {
    const desk = await Desk.asked(policyWith([both]));
    const link = await desk.link('bob');
    await reissue(desk);
    expect((await desk.show(link)).html).toContain('send_link');
    await reconcile(desk.fakes, desk.id, { by: 'stream' });
    expect(mailsTo(desk, 'bob@example.com')).toHaveLength(1);
    expect((await desk.send(await desk.link('bob'), 'approve')).status).toBe(200);
  });
});

test('R22 a key withdrawn while it is granted: who approved is mailed a link to take it back, and it works', async () => {
  const desk = await Desk.asked(policyWith([any]));
  const notBefore = new Date(desk.fakes.now.getTime() + 86_400_000).toISOString().slice(0, 16);
  await desk.send(await desk.link('bob'), 'approve', { notBefore });
  expect(desk.request.status).toBe('granted');
  await reconcile(desk.fakes, desk.id, { by: 'stream' });
  const old = await desk.link('bob');
  await reissue(desk);
  await reconcile(desk.fakes, desk.id, { by: 'stream' });
  const mails = mailsTo(desk, 'bob@example.com').filter(({ text }) => text.includes('/r/'));
  expect(mails).toHaveLength(2);
  expect((await desk.send(old, 'withdraw', {}, await desk.nonce(await desk.link('bob')))).status).not.toBe(200);
  expect((await desk.send(await desk.link('bob'), 'withdraw')).status).toBe(200);
  expect(desk.request).toMatchObject({ status: 'settled', outcome: 'rejected' });
});

test('a stage that hands nothing on says so, whoever is named', async () => {
  const desk = await Desk.asked(
    policyWith(['{ name: review, approvers: [bob], rule: any, timeout: 24_hours, delegate_to: [] }']),
  );
  const told = await Promise.all(
    ['dan@example.com', 'nobody@example.com'].map(async (delegateTo) => {
      const { status, text } = await desk.send(await desk.link('bob'), 'delegate', { delegateTo });
      return [status, /Dan|nobody’s/.test(text)];
    }),
  );
  expect(told).toEqual([
    [told[0]?.[0], false],
    [told[0]?.[0], false],
  ]);
});
