import { planWindow } from '../../../../core/maintenance/plan-window.ts';
import { asked, at, windowPolicy } from '../../../support/windows.ts';

const now = at(0);
const policy = windowPolicy();
const planned = (more: object) => planWindow(policy, { ...asked, ...more }, now);
const problems = (more: object) => {
  const window = planned(more);
  return 'code' in window ? window.errors.map(({ path, message }) => `${path}: ${message}`) : [];
};

test('a window is planned as it was asked for, with the policy’s stakeholders and the time of their notice', () => {
  expect(
    planned({ requestId: 'w-1', from: '2026-11-21T10:30Z', stakeholders: ['Ops@example.com', 'head@example.com'] }),
  ).toEqual({
    title: 'Move the database',
    reason: 'The old one is full.',
    from: at(30),
    to: at(90),
    noticeAt: at(20),
    environments: ['production'],
    sources: ['events:demo.shop@*'],
    stakeholders: ['Ops@example.com', 'head@example.com'],
  });
  expect(planned({ stakeholders: undefined })).toMatchObject({ stakeholders: ['ops@example.com'] });
});

test.each([
  [{ from: at(0) }, 'from: must be in the future'],
  [{ from: at(-5) }, 'from: must be in the future'],
  [{ from: at(90) }, 'to: must be after `from`'],
  [{ to: at(150.1) }, 'to: must not be more than 2 hours after `from`: the policy lets no window be longer'],
  [{ from: at(91 * 24 * 60), to: at(91 * 24 * 60 + 1) }, 'from: must not be more than 90 days ahead'],
  [{ from: '2026-11-21T10:30:00+01:00' }, 'from: must be a UTC time such as 2026-11-21T22:00:00Z'],
  [{ to: '2026-13-21T10:30:00Z' }, 'to: must be a UTC time such as 2026-11-21T22:00:00Z'],
  [{ environments: ['qa'] }, 'environments.0: is none that the policy lets a window be for: production, staging*'],
  [
    { environments: ['production', '*'] },
    'environments.1: is none that the policy lets a window be for: production, staging*',
  ],
  [{ sources: ['events:demo.*@*', 'iam:deployer'] }, 'sources.1: fits no source that the policy registers'],
  [{ stakeholders: ['head'] }, 'stakeholders.0: must be one plain mail address'],
  [{ enviroments: [] }, "enviroments: is not a known key; did you mean 'environments'?"],
])('what is wrong is said: %j', (more, message) => {
  expect(problems(more)).toEqual([message]);
});

test('one that would not fit into its request’s log is refused', () => {
  const sources = Array.from({ length: 20 }, (_, i) => `events:demo.${'s'.repeat(60)}${i}@*`);
  expect(problems({ reason: 'x€'.repeat(500), sources })).toEqual([
    ": is too long altogether: with the policy's stakeholders it has more than 3000 bytes",
  ]);
});

test('a window as long as may be, for a narrower pattern than the policy’s, in whatever case, is fine', () => {
  expect(problems({ to: at(150), environments: ['staging-eu-*', 'Production'] })).toEqual([]);
});

test('everything that is wrong is said at once, and a policy without windows says that', () => {
  expect(planWindow(policy, { from: at(-1), to: at(-2), environments: ['qa'], sources: [] }, now)).toMatchObject({
    code: 'invalid',
    errors: [
      { path: 'title', message: 'is required' },
      { path: 'reason', message: 'is required' },
      { path: 'sources', message: 'must not be empty' },
      { path: 'from', message: 'must be in the future' },
      { path: 'to', message: 'must be after `from`' },
      { path: 'environments.0' },
    ],
  });
  const { maintenance: _, ...without } = policy;
  expect(planWindow(without, asked, now)).toMatchObject({
    code: 'no_gate',
    message: 'The policy has no maintenance windows.',
  });
  expect(planWindow(policy, 'tonight', now)).toMatchObject({ code: 'invalid', errors: [{ path: '' }] });
});
