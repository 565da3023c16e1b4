import { ask, bob, carol, dan, ending, isWaiting, opened } from '../../support/cloud/ask.ts';
import { decide, open, textOf } from '../../support/cloud/by-http.ts';
import { entryOf, untilQuiet } from '../../support/cloud/log.ts';
import { asksTo, linkFor } from '../../support/cloud/mailbox.ts';
import { underPolicy } from '../../support/cloud/policy-for-a-test.ts';

jest.setTimeout(120_000);

const days = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);

/** Two groups that share dan, a stage that wants one from each, and a turn-taking one; dan's cover while he is away. */
const withSeats =
  ({ away }: { away: boolean }) =>
  (demo: string) =>
    demo
      .replace(
        '    leads: [bob, carol, dan]',
        '    leads: [bob, carol, dan]\n    platform: [bob, dan]\n    security: [dan, carol]',
      )
      .replace(
        'dan: { name: Dan Dyer,',
        away
          ? `dan: { name: Dan Dyer, out_of_office: [{ from: "${days(-1)}", to: "${days(1)}", cover: carol }],`
          : 'dan: { name: Dan Dyer,',
      )
      .replace(
        'environments:\n',
        `environments:
  each:
    gates:
      any:
        stages: [{ name: both, approvers: [platform, security], rule: one_from_each, timeout: 1_day }]
  turns:
    gates:
      any:
        stages: [{ name: turns, approvers: [bob, carol], rule: all, order: sequential, timeout: 1_day }]
  covered:
    gates:
      any:
        stages: [{ name: cover, approvers: [dan, bob], rule: { quorum: 2 }, timeout: 1_day }]
`,
      );

test('one from each group: two of one group are not enough, and who is in both counts for one', async () => {
  await underPolicy(withSeats({ away: false }), async () => {
    const asked = await opened({ environment: 'each' });
    await decide(await linkFor(asked.id, dan), 'approve');
    expect(await isWaiting(asked)).toBe(true);
    // With bob for platform, dan stands for security.
    await decide(await linkFor(asked.id, bob), 'approve');
    expect(await ending(asked)).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'approved' } });

    const rejected = await opened({ environment: 'each' });
    await decide(await linkFor(rejected.id, bob), 'approve');
    await decide(await linkFor(rejected.id, dan), 'reject');
    expect(await isWaiting(rejected)).toBe(true);
    await decide(await linkFor(rejected.id, carol), 'reject');
    expect((await ending(rejected)).error).toBe('Approval.Rejected');
  });
});

test('one after the other: the second is mailed once the first has answered, and not before', async () => {
  await underPolicy(withSeats({ away: false }), async () => {
    const asked = await ask({ environment: 'turns' });
    const first = await linkFor(asked.id, bob);
    await untilQuiet(asked.id);
    expect(await asksTo(asked.id, carol)).toEqual([]);
    await decide(first, 'approve');
    await decide(await linkFor(asked.id, carol), 'approve');
    expect((await ending(asked)).status).toBe('SUCCEEDED');
  });
});

test('W4 who covers sits in the seat of who is away, says so, and is barred where the absent one asked', async () => {
  await underPolicy(withSeats({ away: true }), async () => {
    const asked = await ask({ environment: 'covered' });
    const link = await linkFor(asked.id, carol);
    expect(await asksTo(asked.id, dan)).toEqual([]);
    expect(textOf(await open(link))).toContain('You decide for Dan Dyer, who is away');
    await decide(link, 'approve');
    expect(await entryOf(asked.id, 'decided')).toMatchObject({ person: 'carol', flags: ['covered'] });
    expect(await isWaiting(asked)).toBe(true);
    await decide(await linkFor(asked.id, bob), 'approve');
    expect((await ending(asked)).status).toBe('SUCCEEDED');

    // Two are needed of dan and bob: what dan asks for has bob alone, and carol is no way around it.
    const own = await ask({ environment: 'covered', requestedBy: dan });
    expect((await ending(own)).error).toBe('Approval.Refused');
  });
});
