import { hashOf } from '../../../core/entry.ts';
import { ask, bob, carol, ending, gates } from '../../support/cloud/ask.ts';
import { entriesOf, entriesOfType } from '../../support/cloud/audit.ts';
import { decide, nonceIn, open, post, send } from '../../support/cloud/by-http.ts';
import { tokenOf, withToken } from '../../support/cloud/link-keys.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';
import { until } from '../../support/cloud/until.ts';
import { everyLogLine } from '../../support/logs.ts';

describe('what the record holds', () => {
  test('R39 a decision’s entry proves it: who, what, why, when, how, by which rules, seen how, from where', async () => {
    const asked = await ask({ ...gates.both, payload: { version: '3' } });
    const link = await linkFor(asked.id, bob);
    const before = Date.now() - 1000;
    await decide(link, 'approve', { comment: 'Looked at the scan.', conditions: 'Before six' });

    const [opened, decided] = await entriesOf(asked.id);
    if (opened?.type !== 'opened' || decided?.type !== 'decided') throw new Error('there is no decision');
    expect(decided).toMatchObject({
      id: asked.id,
      source: 'states:countersign-approval',
      requestId: asked.requestId,
      requester: 'alice@example.com',
      digest: opened.digest,
      shownDigest: opened.shownDigest,
      policyVersion: opened.policyVersion,
      eligible: [bob, carol],
      person: 'bob',
      by: bob,
      assurance: 'link',
      answer: 'approve',
      vote: 'for',
      effect: 'counted',
      comment: 'Looked at the scan.',
      conditions: ['Before six'],
      linkKey: expect.stringMatching(/^\d+\.1$/),
      template: expect.stringMatching(/^[0-9a-f]{16}$/),
      ip: expect.stringMatching(/^[0-9a-f.:]+$/),
      userAgent: 'cloud-test/1',
      execution: asked.execution,
      flags: [],
      seq: 2,
      prev: hashOf(opened),
    });
    expect(Date.parse(decided.at)).toBeGreaterThan(before);
    expect(decided.at).toMatch(/Z$/);
    expect(JSON.stringify(await entriesOf(asked.id))).not.toContain(tokenOf(link));
  });

  test('R60 R38 a refused and an accepted attempt are told apart, each with its outcome in the same write', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    const [first, second] = [nonceIn(await open(link)) ?? '', nonceIn(await open(link)) ?? ''];
    await post(link, { nonce: first, answer: 'reject' }, { origin: 'https://evil.example' });
    await send(link, first, 'approve');
    await send(link, second, 'reject');
    await ending(asked);

    const attempts = (await entriesOf(asked.id)).filter(({ type }) => type === 'decided' || type === 'attempt_refused');
    expect(attempts).toMatchObject([
      { type: 'attempt_refused', attempted: 'reject', code: 'wrong_origin', person: 'bob' },
      { type: 'decided', answer: 'approve', effect: 'settled', outcome: 'approved' },
      { type: 'attempt_refused', attempted: 'reject', code: 'already_settled', by: bob },
    ]);
    const text = JSON.stringify(attempts);
    for (const secret of [tokenOf(link), first, second]) expect(text).not.toContain(secret);
  });

  test('R38 a forged link is counted, and nothing is written', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    const token = tokenOf(link);
    const forged = withToken(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`);
    const counted = async () =>
      (await everyLogLine()).filter(({ message }) => /"code":"forged"/.test(message) && /LinkRefused/.test(message))
        .length;
    const before = await counted();

    for (let i = 0; i < 3; i++) await post(forged, { answer: 'approve' });

    await until('three refusals counted', async () => (await counted()) === before + 3);
    expect((await entriesOf(asked.id)).map(({ type }) => type)).toEqual(['opened']);
  });

  test('R57 a link used to be refused again and again (here 200 times) leaves five entries, and its colleague decides', async () => {
    const asked = await ask(gates.both);
    const [link, forCarol] = await Promise.all([linkFor(asked.id, bob), linkFor(asked.id, carol)]);
    const statuses = new Set<number>();
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let i = 0; i < 20; i++) statuses.add((await post(link, {}, { origin: 'https://evil.example' })).status);
      }),
    );

    expect(statuses).toEqual(new Set([403]));
    expect((await entriesOfType(asked.id, 'attempt_refused')).length).toBe(5);
    expect((await decide(forCarol, 'reject')).status).toBe(200);
    expect(await ending(asked)).toMatchObject({ error: 'Approval.Rejected' });
  });
});
