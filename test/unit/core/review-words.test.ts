import { ruleOfPolicy, timeLeft, utcInWords, verifiedInWords, workInWords } from '../../../core/review-words.ts';
import type { Work } from '../../../core/view.ts';

const now = '2026-11-20T15:04:00.000Z';

describe('words for pages and mails', () => {
  it('says a time in UTC', () => {
    expect(utcInWords('2026-03-05T04:07:59.000Z')).toBe('Thu 5 Mar 2026, 04:07 UTC');
  });

  it.each([
    ['2026-11-20T15:04:30.000Z', 'less than a minute'],
    ['2026-11-20T15:05:00.000Z', '1 minute'],
    ['2026-11-20T17:04:00.000Z', '2 hours'],
    ['2026-11-20T17:45:59.000Z', '2 hours and 41 minutes'],
    ['2026-11-21T16:10:00.000Z', '1 day and 1 hour'],
    ['2026-11-23T15:04:00.000Z', '3 days'],
    ['2026-11-20T15:04:00.000Z', undefined],
    ['2026-11-19T15:04:00.000Z', undefined],
  ])('says how long it is until %s', (until, words) => {
    expect(timeLeft(now, until)).toBe(words);
  });

  it('R51 says what AWS verified apart from what was claimed', () => {
    const account = '000000000000';
    expect(verifiedInWords({ source: 'events:demo.shop@000000000000', verified: { via: 'event', account } })).toBe(
      'an event from events:demo.shop in account 000000000000',
    );
    expect(verifiedInWords({ source: 'states:nightly', verified: { via: 'execution', account } })).toBe(
      'an execution started by states:nightly in account 000000000000',
    );
    expect(
      verifiedInWords({ source: 'iam:Dev', verified: { via: 'api', account, principal: 'arn:p', person: 'alice' } }),
    ).toBe('a signed call by arn:p, who is alice in the directory');
  });

  it.each<Work>(['waiting', 'resuming', 'answered', 'gone', 'unknown', 'none'])(
    'R47 never says that the work was done (%s)',
    (work) => {
      for (const outcome of ['approved', 'rejected'] as const)
        expect(workInWords({ work, status: 'settled', outcome })).not.toMatch(/\b(done|succeeded|finished|complete)/i);
    },
  );

  it('R47 says that an approval whose work was gone ran nothing', () => {
    expect(workInWords({ work: 'gone', status: 'settled', outcome: 'approved' })).toMatch(/nothing ran/);
  });
});

test.each([
  ['checkpoints.security_review', 'Security review'],
  ['approval_workflows.expertReview', 'Expert review'],
  ['environments.production.gates.high', 'Environment production'],
  ['approval_workflows', 'Approval workflows'],
  ['again', 'Another look after changes'],
])('the rule %s is called “%s”', (path, words) => {
  expect(ruleOfPolicy(path)).toBe(words);
});
