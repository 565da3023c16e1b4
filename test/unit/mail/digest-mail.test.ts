import { UnsafeAddress } from '../../../lambdas/mail/address.ts';
import { type DigestItem, digestMail } from '../../../lambdas/mail/digest-mail.ts';
import { statusViewOf } from '../../../lambdas/web/view-of.ts';
import { readingOf, tagsOf } from '../../support/markup-reader.ts';
import { nasty, now, requestOf, veryLong } from '../../support/sample-requests.ts';

const link = (n: number) => `https://review.example.com/r/${String(n).padStart(88, 'A')}`;
const item = (n: number, claim: object = {}): DigestItem => ({
  shown: statusViewOf(requestOf({ claim }), { now }).shown,
  deadline: '2026-11-21T15:00:00.000Z',
  link: link(n),
});
const loudest = { source: 'events:demo.shop@000000000000', count: 2, of: 3 };
const several = digestMail({ to: 'bob@example.com', items: [item(1), item(2)], more: 1, loudest });

test('it says of each request what the page says first, in text and HTML alike', () => {
  for (const told of [several.text, readingOf(several.html)])
    for (const said of [
      '2 requests wait for your decision',
      'Deploy shop v2.1.0',
      'production, medium risk',
      'Says it is: alice@example.com (an event from events:demo.shop in account 000000000000)',
      'Sat 21 Nov 2026, 15:00 UTC',
      'deploy-42',
      'Up to 1 more waits.',
      'Nothing happens by opening a link',
    ])
      expect(told).toContain(said);
});

test('R42 it names who asked most, and how to report it', () => {
  for (const told of [several.text, readingOf(several.html)]) {
    expect(told).toContain('Most came from: events:demo.shop@000000000000: 2 of 3 that were too many');
    expect(told).toContain('“Report this”');
  }
});

test('each link stands in one href and once in the text', () => {
  const hrefs = tagsOf(several.html).flatMap(({ attributes: { href } }) => href ?? []);
  expect(hrefs).toEqual([link(1), link(2)]);
  for (const one of hrefs) expect(several.text.split(one)).toHaveLength(2);
});

test('R29 fifty of the longest and nastiest: inert, one line each, and small enough for any mailbox to show whole', () => {
  for (const text of [nasty, veryLong]) {
    const claim = { title: text.slice(0, 200), requestedBy: text.slice(0, 254), environment: text.slice(0, 100) };
    const items = Array.from({ length: 50 }, (_, n) => item(n, claim));
    const mail = digestMail({ to: 'bob@example.com', items, more: 1_000, loudest });
    expect(Buffer.byteLength(mail.html)).toBeLessThan(100_000);
    expect(mail.html).not.toContain('<script>');
    expect(mail.text).not.toMatch(/^Bcc/m);
    expect(mail.subject).toBe('Please decide: 50 requests');
  }
});

test('R30 it goes to one bare address or nowhere', () => {
  expect(() => digestMail({ to: 'bob@example.com, eve@example.com', items: [item(1)], more: 0, loudest })).toThrow(
    UnsafeAddress,
  );
});
