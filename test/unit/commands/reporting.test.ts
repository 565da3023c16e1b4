import { answerReview, showReview } from '../../../lambdas/handlers/review-routes.ts';
import { Memory } from '../../support/crash/memory.ts';
import { readingOf } from '../../support/markup-reader.ts';

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

const reached = { ip: '192.0.2.1', userAgent: 'a phone' };

async function pending(): Promise<Memory> {
  const cloud = new Memory();
  await cloud.play([{ do: 'open' }]);
  return cloud;
}

function linkTo(cloud: Memory, who: string): string {
  const mail = cloud.fakes.outside.mails.find(({ to }) => to === `${who}@example.com`);
  return /\/r\/([A-Za-z0-9_-]{88})/.exec(mail?.text ?? '')?.[1] ?? '';
}

/** The page as it is opened now, and the nonce of the form that reports. */
async function opened({ fakes }: Memory, link: string): Promise<{ text: string; nonce: string }> {
  const { html } = await showReview(fakes, link);
  const form = html.slice(html.lastIndexOf('<form'));
  return { text: readingOf(html), nonce: /name="nonce" value="([^"]+)"/.exec(form)?.[1] ?? '' };
}

const report = ({ fakes }: Memory, link: string, nonce: string, comment = '', ours = true) =>
  answerReview(fakes, link, { body: { nonce, answer: 'report', comment, conditions: '' }, ours, reached });

const reports = ({ fakes }: Memory) => fakes.outside.counts.filter(({ name }) => name === 'RequestReported');

test('R42 a report is recorded, counted by its source, shown to the others, and decides nothing', async () => {
  const cloud = await pending();
  const link = linkTo(cloud, 'bob');
  const { nonce } = await opened(cloud, link);
  const page = await report(cloud, link, nonce, 'I know nothing of this');
  expect(page.status).toBe(200);
  expect(readingOf(page.html)).toContain('Recorded: you reported this request, which decides nothing.');
  expect(readingOf(page.html)).toContain('I know nothing of this');
  expect(cloud.request).toMatchObject({ status: 'pending', reports: [{ person: 'bob' }], round: { votes: [] } });
  expect(reports(cloud)).toEqual([{ name: 'RequestReported', dimensions: { source: 'states:countersign-approval' } }]);
  const other = await opened(cloud, linkTo(cloud, 'carol'));
  expect(other.text).toContain('Bob Baker (bob@example.com) reported this request');
  expect(other.text).toContain('I know nothing of this');
  await cloud.settleDown();
  expect(cloud.fakes.outside.mails).toHaveLength(2);
});

test('R5 sent again, or from a second page, it is one report', async () => {
  const cloud = await pending();
  const link = linkTo(cloud, 'bob');
  const { nonce } = await opened(cloud, link);
  const first = await report(cloud, link, nonce, 'no');
  const again = await report(cloud, link, nonce, 'no');
  const second = await report(cloud, link, (await opened(cloud, link)).nonce, 'other words');
  expect([again, second]).toEqual([first, first]);
  expect(cloud.request?.reports).toHaveLength(1);
  expect(reports(cloud)).toHaveLength(1);
});

test('after reporting, the same page and a fresh one still decide', async () => {
  const cloud = await pending();
  const link = linkTo(cloud, 'bob');
  const { nonce } = await opened(cloud, link);
  await report(cloud, link, nonce);
  const body = { nonce, answer: 'reject', comment: '', conditions: '' };
  const page = await answerReview(cloud.fakes, link, { body, ours: true, reached });
  expect(readingOf(page.html)).toContain('Recorded: you rejected.');
  expect(cloud.request).toMatchObject({ status: 'settled', outcome: 'rejected' });
});

test('what was approved while somebody wrote a report, or a day ago on an old page, is still reported', async () => {
  const cloud = await pending();
  const link = linkTo(cloud, 'bob');
  const { nonce } = await opened(cloud, link);
  await cloud.play([
    { do: 'vote', who: 'bob', answer: 'approve' },
    { do: 'vote', who: 'carol', answer: 'approve' },
  ]);
  cloud.fakes.advance(24 * 3600);
  const page = await report(cloud, link, nonce, 'too late?');
  expect(readingOf(page.html)).toContain('you reported this request');
  expect(cloud.request).toMatchObject({ status: 'settled', outcome: 'approved', reports: [{ comment: 'too late?' }] });
  await cloud.settleDown();
});

test('R27 R38 one from another origin or without the nonce is no report; what is refused with a genuine link is noted', async () => {
  const cloud = await pending();
  const link = linkTo(cloud, 'bob');
  const { nonce } = await opened(cloud, link);
  expect((await report(cloud, link, nonce, '', false)).status).toBe(403);
  expect((await report(cloud, link, 'made-up')).status).toBe(403);
  expect((await report(cloud, link, nonce, 'x'.repeat(4001))).status).toBe(413);
  expect(cloud.request?.reports).toEqual([]);
  expect(reports(cloud)).toEqual([]);
  const refused = (cloud.fakes.tables.log.get(cloud.id) ?? []).filter(({ type }) => type === 'attempt_refused');
  expect(refused).toMatchObject([
    { attempted: 'report', code: 'wrong_origin' },
    { attempted: 'report', code: 'wrong_origin' },
    { attempted: 'report', code: 'too_large' },
  ]);
});
