import { createHash } from 'node:crypto';
import { headersOf, pageHeaders } from '../../../lambdas/web/headers.ts';
import { templateHash } from '../../../lambdas/web/template.ts';
import { readingOf, tagsOf } from '../../support/markup-reader.ts';
import { everyPage } from '../../support/page-samples.ts';

const pages = Object.entries(everyPage());
const review = everyPage()['review-ordinary'];
if (!review) throw new Error('no review page');

describe.each(pages)('the page %s', (_, page) => {
  const tags = tagsOf(page.html);
  const named = (name: string) => tags.filter((tag) => tag.name === name && !tag.closes);

  it('R28 loads nothing and runs nothing', () => {
    const allowed =
      'html head meta title style body header main footer section div p span b br h1 h2 h3 dl dt dd ul ol li a details summary pre bdi time form fieldset legend input label textarea select option button del ins'.split(
        ' ',
      );
    for (const { name } of tags) expect(allowed).toContain(name);
    for (const { attributes } of tags)
      for (const name of Object.keys(attributes)) expect(name).not.toMatch(/^on|^style$|^src|^srcdoc$|^background$/);
  });

  it('R28 has the one style sheet that its policy names, and that loads nothing either', () => {
    const sheets = [...page.html.matchAll(/<style>([^<]*)<\/style>/g)].map(([, css = '']) => css);
    expect(sheets).toHaveLength(1);
    const hash = createHash('sha256')
      .update(sheets[0] ?? '')
      .digest('base64');
    expect(pageHeaders['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
    expect(sheets[0]).not.toMatch(/url\(|@import|image/);
  });

  it('links out only to http and https, and tells them nothing', () => {
    for (const { attributes } of named('a')) {
      if (attributes.href?.startsWith('#')) continue;
      expect(attributes.href).toMatch(/^https?:\/\//);
      expect(attributes.rel).toContain('noreferrer');
      expect(attributes.rel).toContain('noopener');
    }
  });

  it('has a language, a title, landmarks, one first heading and no level left out', () => {
    expect(named('html')[0]?.attributes.lang).toBe('en');
    for (const one of ['title', 'header', 'main', 'footer', 'h1']) expect(named(one)).toHaveLength(1);
    const levels = tags.filter((tag) => /^h[1-3]$/.test(tag.name) && !tag.closes).map((tag) => Number(tag.name[1]));
    for (const [i, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[i - 1] ?? level) + 1);
  });

  it('names every field, section and scrolling region, and repeats no id', () => {
    const ids = tags.flatMap((tag) => (tag.attributes.id ? [tag.attributes.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
    for (const tag of tags) {
      for (const name of ['aria-labelledby', 'aria-describedby', 'for'])
        for (const id of tag.attributes[name]?.split(' ') ?? []) expect(ids).toContain(id);
      if (tag.attributes.tabindex === '0') expect(tag.attributes['aria-label']).toBeTruthy();
    }
    const fields = [...named('textarea'), ...named('select'), ...named('input')];
    for (const field of fields.filter(({ attributes }) => attributes.type !== 'hidden'))
      expect(named('label').filter((label) => label.attributes.for === field.attributes.id)).toHaveLength(1);
  });
});

describe('the headers of a page', () => {
  it('R28 forbid scripts, frames, other origins, keeping and guessing', () => {
    const csp = pageHeaders['content-security-policy'] ?? '';
    for (const directive of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
      expect(csp.split('; ')).toContain(directive);
    expect(csp).not.toContain('unsafe');
    expect(csp).not.toContain('script-src');
    expect(pageHeaders).toMatchObject({
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': expect.stringContaining('noindex'),
    });
  });

  it('R14 say when to try again where that helps', () => {
    expect(headersOf({ status: 503, html: '' })['retry-after']).toBe('30');
    expect(headersOf({ status: 404, html: '' })['retry-after']).toBeUndefined();
  });
});

describe('the review page', () => {
  const tags = tagsOf(review.html);
  const reading = readingOf(review.html);

  it('says who asks for what, where, how risky, until when, and what exactly', () => {
    for (const said of [
      'Deploy shop v2.1.0',
      'Medium risk',
      'in production',
      'Says it is alice@example.com',
      'AWS verified: an event from events:demo.shop in account 000000000000',
      'Sat 21 Nov 2026, 15:00 UTC (23 hours and 56 minutes left)',
      'replicas 4 version "2.1.0"',
      'ci.example.com',
      'Carol Jones (carol@example.com) approved',
      'Deploy before 18:00 UTC',
      'both approvers',
      'The change has been tested on staging',
    ])
      expect(reading).toContain(said);
  });

  it('has its buttons and fields under their contracted names', () => {
    const buttons = [
      ...review.html.matchAll(/<button type="submit" name="answer" value="(\w+)"[^>]*>(.*?)<\/button>/g),
    ];
    expect(buttons.map(([, value, label = '']) => [value, readingOf(label).trim()])).toEqual([
      ['approve', 'Approve'],
      ['reject', 'Reject'],
      ['request_changes', 'Request changes'],
      ['comment', 'Comment only'],
      ['report', 'Report this'],
    ]);
    const labels = [...review.html.matchAll(/<label for="([\w-]+)">(.*?)<\/label>/g)];
    expect(labels.map(([, id, label = '']) => [id, readingOf(label)])).toEqual([
      ['criterion-0', 'The change has been tested on staging'],
      ['criterion-1', 'Somebody is around to roll it back'],
      ['comment', 'Comment'],
      ['conditions', 'Conditions'],
      ['not-before', 'Takes effect at'],
      ['not-after', 'Not after'],
      ['again', 'Ask me again after changes'],
      ['report', 'What is wrong with it'],
    ]);
    expect(tags).toContainEqual(
      expect.objectContaining({ name: 'input', attributes: { type: 'hidden', name: 'nonce', value: 'sealed-nonce' } }),
    );
  });

  it('R1 R3 has one form that decides and one that reports, by POST, that no Enter in a field sends', () => {
    const forms = tags.filter((tag) => tag.name === 'form' && !tag.closes);
    const byPost = { method: 'post', 'accept-charset': 'utf-8' };
    expect(forms.map((form) => form.attributes)).toEqual([byPost, byPost]);
    // Enter presses a form's first button: this one is disabled, and then a browser sends nothing.
    const [first] = tags.filter((tag) => tag.name === 'button');
    expect(first?.attributes).toEqual({ type: 'submit', disabled: '', hidden: '' });
    // The one that reports has a text area alone, in which Enter is a new line.
    const report = /<form[\s\S]*<\/form>/.exec(review.html.slice(review.html.lastIndexOf('<form')))?.[0] ?? '';
    expect(report).toContain('value="report"');
    expect(tagsOf(report).flatMap(({ name, attributes }) => (name === 'input' ? [attributes.type] : []))).toEqual([
      'hidden',
    ]);
    expect(review.html).not.toContain('autofocus');
  });

  it('R39 is named by a template hash that stays while the template does', () => {
    expect(templateHash()).toMatch(/^[0-9a-f]{16}$/);
  });

  it('W2 shows what changed where it revises an earlier request', () => {
    const revised = readingOf(everyPage()['review-revised']?.html ?? '');
    expect(revised).toContain('What changed from the earlier request deploy-41');
    expect(revised).toContain('/replicas changed before: 4 now: 6');
    expect(revised).toContain('/canary removed before: 10');
  });
});

describe('a stale form', () => {
  it('comes back with what was typed, to the letter', () => {
    const page = everyPage()['stale-ordinary'];
    expect(page?.status).toBe(409);
    expect(page?.html).toContain('>\nWhat I typed</textarea>');
    expect(page?.html).toContain('>\nNot on a Friday</textarea>');
    expect(readingOf(page?.html ?? '')).toContain('Nothing was recorded yet.');
  });
});
