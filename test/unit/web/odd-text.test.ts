import fc from 'fast-check';
import { requestMail } from '../../../lambdas/mail/request-mail.ts';
import { webAddress } from '../../../lambdas/web/about.ts';
import { recordedPage, reviewPage, staleFormPage, statusPage } from '../../../lambdas/web/pages.ts';
import { reviewViewOf, statusViewOf } from '../../../lambdas/web/view-of.ts';
import { readingOf, tagsOf } from '../../support/markup-reader.ts';
import { everyMail, everyPage } from '../../support/page-samples.ts';
import { bob, now, openingOf, pendingOf, type Sample, veryLong } from '../../support/sample-requests.ts';

/** What a reader could not see, line breaks and joiners inside a family emoji aside. */
const hiddenIn = (text: string) => text.replace(/(?<=👩)\u200D(?=👩|👧)/gu, '').match(/[^\P{C}\n]/gu) ?? [];
const markupOf = (html: string) =>
  tagsOf(html).map(({ name, closes, attributes }) => [name, closes, Object.keys(attributes)]);

describe('odd text', () => {
  it.each(Object.entries(everyPage()).filter(([name]) => name.includes('odd') && !name.includes('stale')))(
    'R29 is inert and visible in %s',
    (_, page) => {
      expect(hiddenIn(page.html)).toEqual([]);
      expect(readingOf(page.html)).toContain('"><script>alert(1)</script>\'⟦U+202E⟧gnp.exe⟦U+202C⟧ a⟦U+200B⟧b');
      expect(tagsOf(page.html).some((tag) => tag.name === 'script' || tag.name === 'img')).toBe(false);
    },
  );

  it.each(Object.entries(everyMail()).filter(([name]) => name.includes('odd')))(
    'R29 is inert, visible and bounded in %s',
    (_, mail) => {
      expect(hiddenIn(mail.html)).toEqual([]);
      expect(hiddenIn(mail.text)).toEqual([]);
      expect(mail.html).not.toMatch(/<script|<img/);
      expect(Buffer.byteLength(mail.html)).toBeLessThan(100_000);
      expect(Buffer.byteLength(mail.text)).toBeLessThan(100_000);
      tagsOf(mail.html);
    },
  );

  it('R29 long fields are folded up or scroll, and can be read whole', () => {
    const html = everyPage()['review-odd']?.html ?? '';
    expect(html).toMatch(/<details><summary>.*?<span>\(all of it: [\d,]+ characters\)/s);
    const words = readingOf(html).match(/long words/g)?.length ?? 0;
    expect(words).toBeGreaterThan(6 * 600);
  });

  it('R29 what was typed comes back as it was, still inert', () => {
    const html = everyPage()['stale-odd']?.html ?? '';
    const typed = /<textarea id="comment"[^>]*>\n(.*?)<\/textarea>/s.exec(html)?.[1] ?? '';
    expect(typed).not.toContain('<');
    expect(typed.length).toBeGreaterThan(veryLong.length);
  });

  it('R29 no text in any field changes what a page is made of (property)', () => {
    const odd = fc
      .oneof(
        fc.string({ maxLength: 30 }),
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.constantFrom(
          '</textarea><script>',
          '"><img src=x>',
          "' onfocus='x",
          '&lt;b&gt;',
          '<!--',
          ']]>',
          '</style>',
          '\u202E',
        ),
      )
      .map((text) => `x${text}`);
    const plain = pageOf('x', 'x', 'x', 'x');
    fc.assert(
      fc.property(odd, odd, odd, odd, (title, who, comment, value) => {
        const made = pageOf(title, who, comment, value);
        expect(made.map(markupOf)).toEqual(plain.map(markupOf));
      }),
      { numRuns: 40 },
    );
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'ftp://a/', '//a', 'https://example.com@evil.example/', ''])(
    'R29 %s becomes no link',
    (url) => {
      expect(webAddress(url)).toBeUndefined();
    },
  );
});

function pageOf(title: string, who: string, comment: string, value: string): string[] {
  const sample: Sample = {
    claim: { title, requestedBy: who, description: comment, trigger: value, environment: title, facts: { fact: who } },
    payload: { name: value },
    stages: [{ name: title, approvers: [{ ...bob, name: who }], rule: 'all', timeout: 600, criteria: [comment] }],
  };
  const request = pendingOf(sample);
  const { payloadText } = openingOf(sample);
  const view = reviewViewOf(request, { payloadText, person: 'bob', now });
  const status = statusViewOf(request, { now, payloadText });
  return [
    reviewPage({ view, nonce: 'n', action: '' }).html,
    staleFormPage({ view, nonce: 'n', action: '', typed: { comment, conditions: value } }).html,
    statusPage({ view: status, reader: { name: who, address: title } }).html,
    recordedPage({ view: status, recorded: { at: now, what: value, comment, conditions: [who] }, reader: bob }).html,
    requestMail({ view, link: 'https://review.example.com/r/x', expires: now }).html,
  ];
}
