import { refusals } from '../../../core/refusal.ts';
import { linkSentPage, refusedPage } from '../../../lambdas/web/pages.ts';
import { readingOf, tagsOf } from '../../support/markup-reader.ts';
import { everyPage } from '../../support/page-samples.ts';

const pages = everyPage();
const statusOf = (name: string) => pages[name]?.status;
const reading = (name: string) => readingOf(pages[name]?.html ?? '');

describe('dead ends', () => {
  it.each([
    ['refused-forged', 404],
    ['refused-expired', 410],
    ['refused-link_expired', 410],
    ['refused-link_reissued', 410],
    ['refused-link_revoked', 410],
    ['refused-no_longer_waiting', 410],
    ['refused-not_eligible', 403],
    ['refused-four_eyes', 403],
    ['refused-wrong_origin', 403],
    ['refused-unavailable', 503],
    ['refused-too_many', 429],
    ['cannot-be-shown', 503],
    ['stale-ordinary', 409],
    ['superseded', 409],
    ['decided-meanwhile', 409],
    ['status-expired', 410],
    ['status-cancelled', 200],
    ['recorded-settled', 200],
  ])('%s has status %i', (name, status) => {
    expect(statusOf(name)).toBe(status);
  });

  it.each(Object.keys(refusals) as (keyof typeof refusals)[])('%s has a page with the status of its code', (code) => {
    const page = refusedPage({ code });
    expect(page.status).toBe(refusals[code].status);
    expect(readingOf(page.html).length).toBeGreaterThan(100);
  });

  it('each says something of its own', () => {
    const headings = [
      'forged',
      'expired',
      'link_expired',
      'link_reissued',
      'link_revoked',
      'no_longer_waiting',
      'not_eligible',
      'four_eyes',
      'wrong_origin',
      'unavailable',
      'too_many',
    ].map((name) => /<h1>(.*?)<\/h1>/.exec(pages[`refused-${name}`]?.html ?? '')?.[1]);
    expect(new Set(headings).size).toBe(headings.length);
  });

  it('R10 an altered link gets one uniform page, without a hint and without the request', () => {
    expect(refusedPage({ code: 'forged' }).html).toBe(refusedPage({ code: 'not_found' }).html);
    expect(refusedPage({ code: 'forged', offer: { nonce: 'n' } }).html).not.toContain('<form');
    expect(reading('refused-forged')).not.toMatch(/approver|round|stage|signature|Deploy/);
  });

  it.each(['link_expired', 'link_reissued', 'link_revoked'])('R22 %s offers to mail the current link', (code) => {
    const html = pages[`refused-${code}`]?.html ?? '';
    const form = tagsOf(html).find((tag) => tag.name === 'form');
    expect(form?.attributes).toEqual({ method: 'post' });
    expect(html).toContain('<button type="submit" name="answer" value="send_link">Send me the current link</button>');
    expect(html).toContain('<input type="hidden" name="nonce" value="sealed-nonce">');
  });

  it('R14 a dependency that is down: nothing changed, try again', () => {
    expect(reading('refused-unavailable')).toMatch(/Nothing has changed, and nothing was decided.*Try again/);
  });

  it('R8 a superseded link shows what changed since', () => {
    expect(reading('superseded')).toContain('The link was for round 1; round 2 has replaced it.');
    expect(reading('superseded')).toContain('/replicas changed before: 4 now: 6');
    expect(pages.superseded?.html).not.toContain('value="approve"');
  });

  it('R20 whoever is late is told the outcome', () => {
    expect(reading('decided-meanwhile')).toMatch(
      /Your answer was not recorded.*Rejected.*By Carol Jones.*The scan is from last week/,
    );
  });

  it('only pages of an open request for its approver take an answer', () => {
    for (const [name, page] of Object.entries(pages))
      expect([name, page.html.includes('name="answer" value="comment"')]).toEqual([
        name,
        /^(review|stale)-/.test(name),
      ]);
  });

  it('the page after asking for a link says that nothing was decided', () => {
    expect(readingOf(linkSentPage().html)).toContain('Nothing was decided');
  });
});
