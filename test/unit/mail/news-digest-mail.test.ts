import { UnsafeAddress } from '../../../lambdas/mail/address.ts';
import { type NewsItem, newsDigestMail } from '../../../lambdas/mail/news-digest-mail.ts';
import { statusViewOf } from '../../../lambdas/web/view-of.ts';
import { readingOf, tagsOf } from '../../support/markup-reader.ts';
import { nasty, now, requestOf, veryLong } from '../../support/sample-requests.ts';

const item = (news: string, as: NewsItem['as'] = 'asked', claim: object = {}): NewsItem => ({
  shown: statusViewOf(requestOf({ claim }), { now }).shown,
  news,
  as,
});

test('R42 W6 it says what became of each request, and what the reader has to do with it, in text and HTML alike', () => {
  const items = [item('Cancelled by alice@example.com'), item('Expired without a decision', 'requester')];
  const mail = newsDigestMail({ to: 'bob@example.com', items, more: 7 });
  expect(mail.subject).toBe('What became of 2 requests');
  for (const told of [mail.text, readingOf(mail.html)])
    for (const said of [
      'What became of 2 requests',
      'Deploy shop v2.1.0',
      'Cancelled by alice@example.com',
      'Expired without a decision',
      'were asked to decide it',
      'are named as the one who asked for it',
      'production, medium risk',
      'deploy-42',
      'Up to 7 more',
      'Nothing in it is left for you to decide',
    ])
      expect(told).toContain(said);
});

test('it holds no link', () => {
  const mail = newsDigestMail({ to: 'bob@example.com', items: [item('Rejected')], more: 0 });
  expect(mail.text).not.toMatch(/https?:/);
  expect(tagsOf(mail.html).filter(({ name }) => name === 'a')).toEqual([]);
  expect(mail.text).not.toContain('more:');
});

test('R29 fifty of the longest and nastiest: inert, one line each, and small enough for any mailbox to show whole', () => {
  for (const text of [nasty, veryLong]) {
    const claim = { title: text.slice(0, 200), requestedBy: text.slice(0, 254), environment: text.slice(0, 100) };
    const items = Array.from({ length: 50 }, () => item(`Cancelled by ${text}`, 'requester', claim));
    const mail = newsDigestMail({ to: 'bob@example.com', items, more: 1_000 });
    expect(Buffer.byteLength(mail.html)).toBeLessThan(100_000);
    expect(mail.html).not.toContain('<script>');
    expect(mail.text).not.toMatch(/^Bcc/m);
  }
});

test('R30 it goes to one bare address or nowhere', () => {
  expect(() => newsDigestMail({ to: 'a@example.com, eve@example.com', items: [item('Rejected')], more: 0 })).toThrow(
    UnsafeAddress,
  );
});
