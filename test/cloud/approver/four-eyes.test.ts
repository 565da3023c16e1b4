import { randomUUID } from 'node:crypto';
import { ROOT } from '../../support/aws.ts';
import { callApi } from '../../support/cloud/api.ts';
import { ask, bob, carol, dan, ending, gates, isWaiting } from '../../support/cloud/ask.ts';
import { entriesOfType } from '../../support/cloud/audit.ts';
import { decide, nonceIn, open, send, textOf } from '../../support/cloud/by-http.ts';
import { mintedLike } from '../../support/cloud/link-keys.ts';
import { laterLinkFor, linkFor, mailsAbout } from '../../support/cloud/mailbox.ts';
import { demoPolicy, publish } from '../../support/cloud/policies.ts';
import { underPolicy } from '../../support/cloud/policy-for-a-test.ts';
import { aRole, assume } from '../../support/cloud/principals.ts';

const anAsk = (of: object) => ({
  requestId: `four-eyes-${randomUUID()}`,
  title: 'Deploy shop v2.1.0',
  requestedBy: 'alice@example.com',
  ...gates.both,
  payload: { version: '2.1.0' },
  ...of,
});

describe('R6 nobody decides what they asked for or wrote', () => {
  const disguises = [
    ['as it is', 'bob@example.com'],
    ['in capitals', 'BOB@EXAMPLE.COM'],
    ['with a tag', 'bob+deploys@example.com'],
    ['with a Cyrillic о', 'b\u043eb@example.com'],
    ['in full width', '\uff42\uff4f\uff42@example.com'],
  ] as const;

  test.each(disguises)(
    'named as requester %s: where nobody else is left, the opening is refused',
    async (_, requestedBy) => {
      const { status, body } = await callApi('POST', '/requests', {
        as: ROOT,
        body: anAsk({ requestedBy, ...gates.one }),
      });
      expect([status, body.code]).toEqual([403, 'gate_unreachable']);
    },
  );

  test.each(disguises)(
    'listed as author %s: the colleague alone is asked, and no link is mailed to him',
    async (_, author) => {
      const { status, body } = await callApi('POST', '/requests', { as: ROOT, body: anAsk({ authors: [author] }) });
      expect(status).toBe(201);
      await linkFor(body.id, carol);
      expect((await mailsAbout(body.id)).flatMap(({ to }) => to)).toEqual([carol]);
    },
  );

  test('an address of hers that is not her first one is hers', async () => {
    const { body } = await callApi('POST', '/requests', {
      as: ROOT,
      body: anAsk({ requestedBy: 'carol.clark@example.com' }),
    });
    await linkFor(body.id, bob);
    expect((await mailsAbout(body.id)).flatMap(({ to }) => to)).toEqual([bob]);
  });

  test('verified by his signature, whoever he names: he is not asked, and even a genuine link of his is none', async () => {
    const region = 'us-east-1:000000000000';
    await aRole('test-deployer', [{ Action: 'execute-api:Invoke', Resource: `arn:aws:execute-api:${region}:*` }]);
    const as = await assume('test-deployer', 'bob');
    const { status, body } = await callApi('POST', '/requests', { as, body: anAsk({}) });
    expect(status).toBe(201);
    const forCarol = await linkFor(body.id, carol);
    expect((await mailsAbout(body.id)).flatMap(({ to }) => to)).toEqual([carol]);

    const forged = await mintedLike(forCarol, 'bob');
    expect((await open(forged)).status).toBe(404);
    expect((await decide(forCarol, 'approve')).status).toBe(200);
  });

  test('a policy published later that knows the requester to be him stops the link he already has', async () => {
    const asked = await ask({ requestedBy: 'erin@example.com' });
    const link = await linkFor(asked.id, bob);
    const nonce = nonceIn(await open(link)) ?? '';
    const heIsErin = (demo: string) =>
      demo
        .replace(/^ {4}erin: .*$/m, '    eve: { name: Eve Evans, email: eve@example.com }')
        .replaceAll(/\[erin\b/g, '[eve')
        .replace('email: bob@example.com,', 'email: bob@example.com, aliases: [erin@example.com],');

    await underPolicy(heIsErin, async () => {
      const shown = await open(link);
      expect([shown.status, nonceIn(shown)]).toEqual([403, undefined]);
      expect(textOf(shown)).toContain('Somebody else has to decide this');
      expect((await send(link, nonce, 'approve')).status).toBe(403);
    });

    expect(await entriesOfType(asked.id, 'attempt_refused')).toMatchObject([{ code: 'four_eyes' }]);
    expect(await entriesOfType(asked.id, 'decided')).toEqual([]);
    expect(await isWaiting(asked)).toBe(true);
  });
});

describe('R7 one human counts once', () => {
  test('by two links of theirs: the second is told that they have answered', async () => {
    const asked = await ask(gates.quorum);
    const first = await linkFor(asked.id, bob);
    const nonce = nonceIn(await open(first)) ?? '';
    await callApi('POST', `/requests/${asked.id}/links`, {
      as: ROOT,
      body: { person: 'bob', reason: 'lost the mail' },
    });
    const second = await laterLinkFor(asked.id, bob, 2);
    expect((await decide(second, 'approve')).status).toBe(200);

    expect((await send(first, nonce, 'approve')).status).toBe(410);
    const again = await open(second);
    expect([again.status, nonceIn(again)]).toEqual([200, undefined]);
    expect((await entriesOfType(asked.id, 'decided')).length).toBe(1);
    expect(await isWaiting(asked)).toBe(true);
    await decide(await linkFor(asked.id, dan), 'approve');
    expect((await ending(asked)).output.decisions).toHaveLength(2);
  });

  test('by two pages opened on one link: the second is 409', async () => {
    const asked = await ask(gates.quorum);
    const link = await linkFor(asked.id, bob);
    const [one, two] = [nonceIn(await open(link)) ?? '', nonceIn(await open(link)) ?? ''];
    expect((await send(link, one, 'approve')).status).toBe(200);
    const again = await send(link, two, 'approve');
    expect(again.status).toBe(409);
    expect(textOf(again)).toContain('You have already answered this.');
    expect(await isWaiting(asked)).toBe(true);
  });

  test('under two names in the directory: a policy that lists them so is refused', async () => {
    const twice = demoPolicy.replace('email: dan@example.com', 'email: BOB+dan@example.com');
    await expect(publish(twice)).rejects.toThrow(/same mailbox/);
  });
});
