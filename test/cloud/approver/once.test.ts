import { type Asked, ask, bob, carol, ending, gates, opened } from '../../support/cloud/ask.ts';
import { entriesOf, entriesOfType } from '../../support/cloud/audit.ts';
import { nonceIn, open, type Shown, send, textOf } from '../../support/cloud/by-http.ts';
import { allMails, linkFor, linkIn } from '../../support/cloud/mailbox.ts';
import { until } from '../../support/cloud/until.ts';

/** The local cloud starts a process for each invocation that runs at the same time, and two cores take only so many. */
const atOnce = 6;

describe('decided once', () => {
  test('R4 approve and reject at the same moment, a hundred times: one outcome, one resume, and the loser is told it', async () => {
    const one = await askAll(70, gates.one);
    const two = await askAll(30, gates.both);
    const races = [
      ...one.map((asked) => ({
        asked,
        seats: [
          [bob, 'approve'],
          [bob, 'reject'],
        ] as const,
      })),
      ...two.map((asked) => ({
        asked,
        seats: [
          [bob, 'reject'],
          [carol, 'request_changes'],
        ] as const,
      })),
    ];
    const links = await linksOf(races.map(({ asked }) => asked.id));

    await inBatches(races, atOnce, async ({ asked, seats }) => {
      const pages = await Promise.all(
        seats.map(async ([who, answer]) => {
          const link = links.get(`${asked.id} ${who}`) ?? '';
          return { link, answer, nonce: nonceIn(await open(link)) ?? '' };
        }),
      );
      const told = await Promise.all(pages.map(({ link, nonce, answer }) => send(link, nonce, answer)));

      const won = told.findIndex(({ status }) => status === 200);
      const loser = told[1 - won];
      expect([won >= 0, loser?.status]).toEqual([true, 409]);
      const outcome = { approve: 'Approved', reject: 'Rejected', request_changes: 'Changes requested' };
      const answer = pages[won]?.answer ?? 'approve';
      expect(headingOf(loser)).toBe(outcome[answer]);
      expect(loser?.html).toContain('Your answer was not recorded.');
    });

    await inBatches(races, atOnce, async ({ asked }) => {
      const end = await ending(asked);
      const entries = await until(`the answer to ${asked.id} on record`, async () => {
        const all = await entriesOf(asked.id);
        return all.some(({ type }) => type === 'task_answered') && all;
      });
      const settling = entries.filter((entry) => 'outcome' in entry && entry.outcome);
      expect(settling).toHaveLength(1);
      expect(entries.filter(({ type }) => type === 'task_answered')).toMatchObject([{ result: 'delivered' }]);
      expect(entries.filter(({ type }) => type === 'attempt_refused')).toHaveLength(1);
      expect((end.output ?? end.cause).outcome).toBe((settling[0] as { outcome?: string }).outcome);
    });
  }, 240_000);

  test('R5 one POST replayed ten times gets one answer, and has one effect', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    const nonce = nonceIn(await open(link)) ?? '';
    const once = () => send(link, nonce, 'approve', { comment: 'Once.' });

    const told = await Promise.all([once(), once(), once(), once(), once()]);
    await ending(asked);
    for (let i = 0; i < 5; i++) told.push(await once());

    expect(told.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(new Set(told.map(noticeOf)).size).toBe(1);
    expect(await entriesOfType(asked.id, 'decided')).toHaveLength(1);
    expect(await entriesOfType(asked.id, 'attempt_refused')).toHaveLength(0);
  });

  test('R5 a page that is sent once more with another answer is told what was recorded', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    const nonce = nonceIn(await open(link)) ?? '';
    await send(link, nonce, 'approve');

    const again = await send(link, nonce, 'reject');

    expect(again.status).toBe(409);
    expect(textOf(again)).toContain('Your answer was not recorded.');
    expect(headingOf(again)).toBe('Approved');
    expect((await ending(asked)).status).toBe('SUCCEEDED');
  });

  test('R58 a link used the moment its mail is there decides, fourteen times of fourteen', async () => {
    await inBatches(Array.from({ length: 14 }), atOnce, async () => {
      const asked = await ask();
      const link = await linkFor(asked.id, bob);
      const told = await send(link, nonceIn(await open(link)) ?? '', 'approve');
      expect(noticeOf(told)).toContain('Recorded: you approved.');
      expect(await ending(asked)).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'approved' } });
    });
  });
});

async function askAll(count: number, gate: object): Promise<Asked[]> {
  const asked: Asked[] = [];
  await inBatches(Array.from({ length: count }), atOnce, async () => {
    asked.push(await opened({ ...gate }));
  });
  return asked;
}

/** Waits for everybody's mail about all these requests at once, and returns the links by `<id> <address>`. */
async function linksOf(ids: string[]): Promise<Map<string, string>> {
  return await until(
    `the mails about ${ids.length} requests`,
    async () => {
      const links = new Map<string, string>();
      for (const mail of await allMails()) {
        const id = ids.find((candidate) => mail.text.includes(candidate));
        const link = linkIn(mail);
        if (id && link) links.set(`${id} ${mail.to[0]}`, link);
      }
      return links.size === 130 && links;
    },
    120_000,
  );
}

async function inBatches<T>(items: T[], size: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items.entries()];
  await Promise.all(
    Array.from({ length: size }, async () => {
      for (let next = left.shift(); next; next = left.shift()) await work(next[1]);
    }),
  );
}

function headingOf(page: Shown | undefined): string {
  return /<h1>(.*?)<\/h1>/s.exec(page?.html ?? '')?.[1] ?? '';
}

function noticeOf(page: Shown): string {
  return /<div class="notice good"[\s\S]*?<\/div>/.exec(page.html)?.[0].replace(/<[^>]+>/g, '') ?? '';
}
