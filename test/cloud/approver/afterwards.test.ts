import { ask, bob, carol, dan, ending, gates, isWaiting } from '../../support/cloud/ask.ts';
import { decide, open, textOf } from '../../support/cloud/by-http.ts';
import { invoke } from '../../support/cloud/functions.ts';
import { entryOf } from '../../support/cloud/log.ts';
import { asksTo, linkFor, linkIn, mailsAbout } from '../../support/cloud/mailbox.ts';
import { deleteRolePolicy, putRolePolicy, stackRole } from '../../support/cloud/principals.ts';
import { until } from '../../support/cloud/until.ts';

describe('W6 when it is settled', () => {
  test('everybody who was asked is told that it is handled, the requester how, and no mail of these can decide', async () => {
    const asked = await ask(gates.quorum);
    await decide(await linkFor(asked.id, bob), 'approve', { comment: 'Good.', conditions: 'Before six' });
    await decide(await linkFor(asked.id, carol), 'approve');

    const told = await until('four mails that tell the outcome', async () => {
      const mails = (await mailsAbout(asked.id)).filter(({ subject }) => subject.startsWith('Approved: '));
      return mails.length === 4 && mails;
    });
    expect(told.flatMap(({ to }) => to).sort()).toEqual(['alice@example.com', bob, carol, dan]);
    for (const mail of told) {
      expect(linkIn(mail)).toBeUndefined();
      expect(`${mail.text}${mail.html}`).not.toMatch(/https?:\/\//);
    }
    const forAlice = told.find(({ to }) => to.includes('alice@example.com'));
    expect(forAlice?.text).toContain('Carol Clark');
    expect(forAlice?.text).toContain('Good.');
    expect(forAlice?.text).toContain('Before six');
    expect(told.find(({ to }) => to.includes(dan))?.text).toContain('nothing is left for you to do');
  });
});

describe('W2 what changed', () => {
  test('a request that revises another shows the difference, in mail and page, without a login', async () => {
    const first = await ask({ payload: { version: '2.1.0', replicas: 4, canary: true } });
    await decide(await linkFor(first.id, bob), 'request_changes', { comment: 'Two replicas, please.' });
    await ending(first);

    const second = await ask({ revises: first.requestId, payload: { version: '2.1.0', replicas: 2, region: 'eu' } });
    const page = await open(await linkFor(second.id, bob));
    const words = textOf(page);
    expect(words).toContain(`What changed from the earlier request ${first.requestId}`);
    expect(words).toMatch(/\/replicas changed before: 4 now: 2/);
    expect(words).toMatch(/\/canary removed before: true/);
    expect(words).toMatch(/\/region added now: &quot;eu&quot;/);
    const [mail] = await asksTo(second.id, bob);
    for (const part of [mail?.text, mail?.html]) expect(part).toContain('/replicas changed: 4 is now 2');
    await decide(await linkFor(second.id, bob), 'approve');
    expect((await ending(second)).output.payload).toEqual({ version: '2.1.0', replicas: 2, region: 'eu' });
  });
});

describe('R47 truth about the work', () => {
  test('while the resume fails no page says that anything was done; once it has succeeded, the page says what is known', async () => {
    const role = await stackRole('Reconciler');
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    const denied = {
      Effect: 'Deny' as const,
      Action: ['states:SendTaskSuccess', 'states:SendTaskFailure'],
      Resource: '*',
    };
    await putRolePolicy(role, 'no-resume', [denied]);
    try {
      const told = await decide(link, 'approve');
      await until('the outcome told by mail', async () =>
        (await mailsAbout(asked.id)).some(({ subject }) => subject.startsWith('Approved: ')),
      );
      for (const page of [told, await open(link)]) {
        expect(textOf(page)).toContain('is being told to go on. It has not taken the answer yet');
        expect(textOf(page)).not.toMatch(/\b(is done|was done|completed|deployed|has been told)\b/i);
      }
      expect(await isWaiting(asked)).toBe(true);
    } finally {
      await deleteRolePolicy(role, 'no-resume');
    }
    await invoke('Sweep', {});
    expect((await ending(asked)).status).toBe('SUCCEEDED');
    expect(await entryOf(asked.id, 'task_answered')).toMatchObject({ result: 'delivered' });
    expect(textOf(await open(link))).toContain('has been told to go on. How it then went is not known here.');
  });
});
