import * as z from 'zod/mini';
import { canonicalJson } from '../canonical.ts';
import { mailboxProblem } from '../intake/address.ts';
import { invalid } from '../intake/ask.ts';
import { problemsOf } from '../intake/problems.ts';
import { line, notText, paragraphs } from '../intake/text.ts';
import { limits } from '../limits.ts';
import { fitsPattern, patternsOverlap } from '../policy/pattern.ts';
import type { MaintenanceRule, Policy } from '../policy/policy.ts';
import { type Problem, type Refusal, refuse } from '../refusal.ts';
import type { PlannedWindow } from './window.ts';

const utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/;

const Time = z
  .string({ error: notText })
  .check(
    z.refine(
      (text) => utc.test(text) && !Number.isNaN(Date.parse(text)),
      'must be a UTC time such as 2026-11-21T22:00:00Z',
    ),
  );

const Mailbox = z.string({ error: notText }).check(
  z.check<string>((payload) => {
    const message = mailboxProblem(payload.value);
    if (message) payload.issues.push({ code: 'custom', input: payload.value, message });
  }),
);

const required = (issue: { input?: unknown }) => (issue.input === undefined ? 'is required' : 'must be a list');
const several = <T extends z.ZodMiniType>(of: T) =>
  z
    .array(of, { error: required })
    .check(
      z.minLength(1, 'must not be empty'),
      z.maxLength(limits.windowItems, `must not have more than ${limits.windowItems} items`),
    );

/** The body of `POST /maintenance-windows`. */
export const WindowAsk = z.strictObject(
  {
    requestId: z.optional(line(limits.requestId)),
    title: line(limits.title),
    reason: paragraphs(limits.reason),
    from: Time,
    to: Time,
    environments: several(line(limits.name)),
    sources: several(line(limits.url)),
    stakeholders: z.optional(
      z
        .array(Mailbox, { error: 'must be a list' })
        .check(z.maxLength(limits.windowItems, `must not have more than ${limits.windowItems} items`)),
    ),
  },
  { error: 'must be an object with `title`, `reason`, `from`, `to`, `environments` and `sources`' },
);
export type WindowAsk = z.infer<typeof WindowAsk>;

/** Reads what somebody asks for, whenever that is. Refuses with `invalid` and every problem at once. */
export function parseWindowAsk(input: unknown): WindowAsk | Refusal {
  const read = WindowAsk.safeParse(input);
  return read.success ? read.data : invalid(problemsOf(read.error.issues, Object.keys(WindowAsk.shape)));
}

/**
 * The window that is asked for, as the policy lets one be. Refuses with `no_gate` where it knows none, else with `invalid`
 * and every problem at once, those of the body's form included.
 */
export function planWindow(policy: Policy, input: unknown, now: string): PlannedWindow | Refusal {
  const { maintenance } = policy;
  if (!maintenance) return refuse('no_gate', 'The policy has no maintenance windows.');
  const read = WindowAsk.safeParse(input);
  const problems = read.success ? [] : problemsOf(read.error.issues, Object.keys(WindowAsk.shape));
  problems.push(...againstPolicy(policy, maintenance, input, now));
  if (!read.success || problems.length > 0) return invalid(problems);
  const { requestId: _, stakeholders = [], ...ask } = read.data;
  const [from, to] = [iso(ask.from), iso(ask.to)];
  const told = new Map(
    [...maintenance.stakeholders, ...stakeholders].map((address) => [address.toLowerCase(), address]),
  );
  const window = {
    ...{ title: ask.title, reason: ask.reason, from, to },
    noticeAt: new Date(Date.parse(from) - maintenance.notice * 1000).toISOString(),
    ...{ environments: ask.environments, sources: ask.sources, stakeholders: [...told.values()] },
  };
  if (new TextEncoder().encode(canonicalJson(window)).length <= limits.payloadInline) return window;
  const message = `is too long altogether: with the policy's stakeholders it has more than ${limits.payloadInline} bytes`;
  return invalid([{ path: '', message }]);
}

/** What is wrong with as much of it as can be read. */
function againstPolicy(policy: Policy, rule: MaintenanceRule, input: unknown, now: string): Problem[] {
  const problems: Problem[] = [];
  const say = (path: string, message: string) => problems.push({ path, message });
  const { shape } = WindowAsk;
  const given = z.looseObject({}).safeParse(input).data ?? {};
  const time = (key: 'from' | 'to') => {
    const read = shape[key].safeParse(given[key]);
    return read.success ? Date.parse(read.data) : undefined;
  };
  const [from, to] = [time('from'), time('to')];
  if (from !== undefined && from <= Date.parse(now)) say('from', 'must be in the future');
  if (from !== undefined && from - Date.parse(now) > limits.windowAheadSeconds * 1000)
    say('from', `must not be more than ${limits.windowAheadSeconds / (24 * 3600)} days ahead`);
  if (from !== undefined && to !== undefined && to <= from) say('to', 'must be after `from`');
  if (from !== undefined && to !== undefined && to - from > rule.longest * 1000)
    say('to', `must not be more than ${inHours(rule.longest)} after \`from\`: the policy lets no window be longer`);
  const fits = (pattern: string) => (one: string) => fitsPattern(pattern.toLowerCase(), one.toLowerCase());
  (shape.environments.safeParse(given.environments).data ?? []).forEach((environment, i) => {
    if (!rule.environments.some((pattern) => fits(pattern)(environment)))
      say(`environments.${i}`, `is none that the policy lets a window be for: ${rule.environments.join(', ')}`);
  });
  const known = Object.keys(policy.sources);
  (shape.sources.safeParse(given.sources).data ?? []).forEach((source, i) => {
    if (!known.some((pattern) => patternsOverlap(pattern, source)))
      say(`sources.${i}`, 'fits no source that the policy registers');
  });
  return problems;
}

function inHours(seconds: number): string {
  const hours = seconds / 3600;
  if (hours === 1) return '1 hour';
  return hours >= 1 ? `${Number(hours.toFixed(2))} hours` : `${Math.round(seconds / 60)} minutes`;
}

/** As entries write times: they are compared as text. */
function iso(time: string): string {
  return new Date(time).toISOString();
}
