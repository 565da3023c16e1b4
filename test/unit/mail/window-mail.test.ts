import { windowMail } from '../../../lambdas/mail/window-mail.ts';

const window = {
  title: 'Move the database',
  reason: 'The old one is full.',
  from: '2026-11-21T22:00:00.000Z',
  to: '2026-11-21T23:00:00.000Z',
  noticeAt: '2026-11-21T21:00:00.000Z',
  environments: ['production', 'staging*'],
  sources: ['events:deploys.*@*'],
  stakeholders: ['head@example.com'],
};
const through = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ request: `r${i}`, title: 'x', at: window.from }));
const told = (more: Partial<Parameters<typeof windowMail>[0]> = {}) =>
  windowMail({
    window,
    through: [],
    news: 'ahead',
    to: 'head@example.com',
    id: 'a'.repeat(32),
    askedBy: 'alice@example.com',
    ...more,
  });

test.each([
  ['ahead', 'Maintenance ahead', 'has been approved'],
  ['begun', 'Maintenance has begun', 'has opened'],
  ['over', 'Maintenance is over', 'No requests were let through'],
  ['off', 'Maintenance will not take place', 'has been taken back'],
] as const)('%s: says what it means, when, where and why, in text as in HTML', (news, heading, means) => {
  const { subject, text, html, to } = told({ news });
  expect([subject, to]).toEqual([`${heading}: Move the database`, 'head@example.com']);
  for (const part of [
    heading,
    means,
    '21 Nov 2026, 22:00 UTC',
    'production, staging*',
    'events:deploys.*@*',
    'The old one is full.',
    'alice@example.com',
    'nothing for you to decide',
    'a'.repeat(32),
  ])
    for (const body of [text, html]) expect(body).toContain(part);
  expect(text + html).not.toMatch(/https?:/);
});

test('its end counts what it let through, and says who ended it early', () => {
  expect(told({ news: 'over', through: through(1) }).text).toContain('1 request was let through');
  const ended = { seq: 5, at: '2026-11-21T22:30:00.000Z', by: 'erin@example.com', reason: 'Done early.' };
  const { text } = told({ news: 'over', through: through(12), ended });
  for (const part of ['12 requests were let through', 'Ended early by: erin@example.com', 'Because: Done early.'])
    expect(text).toContain(part);
  expect(told({ news: 'over' }).text).not.toContain('Ended early');
});

test('R29 what somebody wrote cannot pass for ours, in the subject neither', () => {
  const { subject, html, text } = told({
    window: { ...window, title: '<b>Hi</b>\u202e', reason: 'x\nTo: 1 January' },
  });
  expect(subject).not.toContain('\u202e');
  expect(html).not.toContain('<b>Hi</b>');
  expect(text).toContain('  | To: 1 January');
});

test('no mail is written to what is no bare address', () => {
  expect(() => told({ to: 'a@example.com, b@example.com' })).toThrow();
});
