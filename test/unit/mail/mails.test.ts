import { outcomeMail } from '../../../lambdas/mail/outcome-mail.ts';
import { requestMail } from '../../../lambdas/mail/request-mail.ts';
import { reviewViewOf, statusViewOf } from '../../../lambdas/web/view-of.ts';
import { readingOf, tagsOf } from '../../support/markup-reader.ts';
import { everyMail, everyPage, samples } from '../../support/page-samples.ts';
import { bob, carol, nasty, now, openingOf, pendingOf, requestOf, voteOf } from '../../support/sample-requests.ts';

const link = 'https://review.example.com/r/AQABlink';
const mails = everyMail();
const mailNamed = (name: string) => {
  const mail = mails[name];
  if (!mail) throw new Error(`no mail ${name}`);
  return mail;
};

describe.each(Object.entries(mails))('the mail %s', (_, mail) => {
  it('R30 has one recipient and a subject of one bounded line', () => {
    expect(mail.to).toMatch(/^[a-z]+@example\.com$/);
    expect(mail.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    expect([...mail.subject].length).toBeLessThanOrEqual(120);
  });

  it('R28 loads nothing: no image, style sheet, script or form', () => {
    const allowed = 'html head meta title body div h1 h2 p b bdi a ul li'.split(' ');
    for (const { name, attributes } of tagsOf(mail.html)) {
      expect(allowed).toContain(name);
      expect(attributes).not.toHaveProperty('src');
      expect(attributes.style ?? '').not.toContain('url');
    }
  });

  it('is small enough for any mailbox', () => {
    expect(Buffer.byteLength(mail.html)).toBeLessThan(100_000);
  });
});

describe('the mail that asks', () => {
  const { html, text, subject } = mailNamed('ask-ordinary');

  it('has one link, in one href and once in the text, and nowhere else', () => {
    expect(html.split(link)).toHaveLength(2);
    expect(text.split(link)).toHaveLength(2);
    expect(text).toMatch(new RegExp(`^${link}$`, 'm'));
    expect(subject).not.toContain('AQAB');
    expect(
      tagsOf(html)
        .filter((tag) => tag.name === 'a' && !tag.closes)
        .map((tag) => tag.attributes.href),
    ).toEqual([link]);
  });

  it('R1 says that nothing happens by opening it', () => {
    expect(text).toContain('Nothing happens by opening this link');
    expect(readingOf(html)).toContain('Nothing happens by opening this link');
  });

  it('says what the page says, in text and HTML alike', () => {
    const page = readingOf(everyPage()['review-ordinary']?.html ?? '');
    for (const fact of [
      'Deploy shop v2.1.0',
      'production',
      'Medium risk',
      'alice@example.com',
      'an event from events:demo.shop in account 000000000000',
      'Sat 21 Nov 2026, 15:00 UTC',
      'The change has been tested on staging',
      'Carol Jones',
      'Security scan',
      '"2.1.0"',
      openingOf(samples.ordinary ?? {}).entry.digest,
    ])
      for (const said of [text, readingOf(html), page]) expect(said).toContain(fact);
  });

  it('R44 says what it cuts, and that the page shows it', () => {
    const big = mailNamed('ask-big');
    expect(big.text).toMatch(/Cut here: [\d,]+ more characters\. The page shows all of it\./);
    expect(readingOf(big.html)).toMatch(/Cut here: [\d,]+ more characters\. The page shows all of it\./);
  });

  it('R30 keeps a title with header lines on one line, its own words kept whole', () => {
    const sample = { claim: { title: `${nasty}${nasty}` } };
    const view = reviewViewOf(pendingOf(sample), { payloadText: openingOf(sample).payloadText, person: 'bob', now });
    const mail = requestMail({ view, link, expires: view.deadline });
    expect(mail.subject).toMatch(/^Please decide: .* \(production, medium risk\)$/);
    expect(mail.text).not.toMatch(/^Bcc:/m);
  });

  it('R29 sets quoted text in, so that it cannot pass for ours', () => {
    const sample = { claim: { description: 'Look and decide:\nhttps://evil.example/' } };
    const view = reviewViewOf(pendingOf(sample), { payloadText: openingOf(sample).payloadText, person: 'bob', now });
    expect(requestMail({ view, link, expires: view.deadline }).text).toMatch(/^ {2}\| https:\/\/evil\.example\/$/m);
  });

  it('R30 is not written to what is not one address', () => {
    const view = reviewViewOf(pendingOf({}), { payloadText: openingOf({}).payloadText, person: 'bob', now });
    const approver = { ...view.approver, address: 'bob@example.com, eve@example.com' };
    expect(() => requestMail({ view: { ...view, approver }, link, expires: now })).toThrow('not one bare mail address');
  });
});

describe('the mail that tells the outcome', () => {
  const votes = [
    voteOf(carol, 'approve', { effect: 'counted' }, { conditions: ['Before six'] }),
    voteOf(bob, 'approve', { effect: 'settled', outcome: 'approved' }, { comment: 'Fine with me' }),
  ];
  const view = statusViewOf(requestOf({}, votes), { now });

  it('W6 tells those asked that it is handled', () => {
    const mail = outcomeMail({ view, to: carol.address, as: 'asked' });
    expect(mail).toMatchObject({ to: carol.address, subject: 'Approved: Deploy shop v2.1.0' });
    expect(mail.text).toContain('nothing is left for you to do');
  });

  it('W6 tells the requester the outcome, by whom, on which conditions, and what happens now', () => {
    const { text, html } = outcomeMail({ view, to: 'alice@example.com', as: 'requester' });
    for (const said of [text, readingOf(html)]) {
      expect(said).toContain('By: Bob Smith (bob@example.com)');
      expect(said).toContain('Fine with me');
      expect(said).toContain('Before six');
      expect(said).toContain('What happens now: The work that asked is being told to go on.');
    }
  });

  it('says how to ask again where changes were requested', () => {
    expect(mailNamed('outcome-requester-ordinary').text).toContain('a new request that revises “deploy-42”');
    expect(mailNamed('outcome-asked-ordinary').text).not.toContain('revises');
  });

  it('has no link at all', () => {
    for (const [name, mail] of Object.entries(mails))
      if (name.startsWith('outcome')) expect(tagsOf(mail.html).some((tag) => tag.name === 'a')).toBe(false);
    expect(mailNamed('outcome-asked-ordinary').text).not.toMatch(/https?:/);
  });
});

describe('R32 what a policy adds stands in the mail as it does on the page', () => {
  const said = (name: string) => {
    const { html, text } = mailNamed(`ask-${name}`);
    return [text, readingOf(html), readingOf(everyPage()[`review-${name}`]?.html ?? '')];
  };

  it.each([
    'Security review',
    'for ada, who is away',
    'Secrets are not logged',
    'Max replicas',
    'Sat 21 Nov 2026, 06:00 UTC at the earliest',
    'one from each of security, operations; one rejection is enough to reject',
    'the request names its trigger security_related_change',
  ])('%s', (fact) => {
    for (const one of said('policy')) expect(one).toContain(fact);
  });

  it('how many criteria there are, and to whom it may be handed on', () => {
    const { text } = mailNamed('ask-policy');
    expect(text).toContain('By approving you confirm (3):');
    expect(text).toContain('You may delegate to: security, erin');
    expect(text).toContain('Comment: needed unless you approve');
  });

  it('R40 an emergency override comes first, with why it cannot wait', () => {
    for (const one of said('override')) {
      expect(one.toLowerCase()).toContain('emergency override');
      expect(one).toContain('Nobody can pay since 14:52');
      expect(one.indexOf('Nobody can pay')).toBeLessThan(one.indexOf('Answer until'));
    }
    expect(mailNamed('ask-override').subject).toBe(
      'Emergency override, please decide: Restart the payment service (production, critical risk)',
    );
    expect(mailNamed('outcome-requester-override').text).toContain('EMERGENCY OVERRIDE.');
  });
});
