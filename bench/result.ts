import type { Deployed } from './aws-api.ts';
import { budget, type Figure } from './budget.ts';
import type { Line } from './capacity.ts';
import { assumptions, costOfThousand, readPrices } from './cost.ts';
import type { Measurements } from './measure.ts';
import { reference } from './reference-request.ts';
import { sum } from './statistics.ts';
import { cpuOfSteps, usageOf } from './usage.ts';

/** Lines that are alike, as one with their number. */
function together(lines: readonly Line[]): (Line & { times: number })[] {
  const found = new Map<string, Line & { times: number }>();
  for (const line of lines) {
    const key = [line.table, line.index, line.operation, line.what, line.kind, line.refused].join(' ');
    const known = found.get(key);
    if (!known) found.set(key, { ...line, times: 1 });
    else {
      known.times += 1;
      known.computed += line.computed;
      known.bytes = Math.max(known.bytes, line.bytes);
      known.asked = known.asked === undefined || line.asked === undefined ? undefined : known.asked + line.asked;
    }
  }
  return [...found.values()];
}

export type Result = ReturnType<typeof resultOf>;

/** Everything that is reported, from what was measured. */
export function resultOf(measurements: Measurements, functions: readonly Deployed[]) {
  const { deployed, failing, vote, measured, bundles, resolving } = measurements;
  const prices = readPrices();
  const of = (approvers: 1 | 2) => {
    const run = deployed.find((each) => each.approvers === approvers);
    const { paths, lines } = measured[approvers];
    const usage = { ...usageOf(measured[approvers], functions, bundles), transitions: run?.transitions ?? Number.NaN };
    const kept = (table: string) =>
      lines.filter((line) => line.table === table && line.kind === 'write' && !line.index);
    const stored = ['Audit', 'Waiting', 'Requests'].map((name) => [name, sum(finalBytes(kept(name)))] as const);
    return {
      ...{ approvers, transitions: usage.transitions, capacity: together(lines), usage },
      ...{ writeUnits: usage.writeUnits, readUnits: usage.readUnits },
      invocations: { deployed: run?.invocations ?? {}, inProcess: paths[0]?.steps.length ?? 0 },
      steps: cpuOfSteps(paths),
      persisted: Object.fromEntries(stored),
      logged: { deployedOwn: run?.loggedByUs, deployedByLambda: run?.loggedByLambda, assumedOnAws: usage.loggedBytes },
      usd: costOfThousand(usage, prices),
    };
  };
  const approvals = { 1: of(1), 2: of(2) };
  const review = bundles.find(({ name }) => name === 'Review');
  const figures: Figure[] = [
    ...([1, 2] as const).map((n) => ({
      ...{ name: `State transitions, ${n} approver${n > 1 ? 's' : ''}`, unit: '', budget: budget.transitions },
      value: approvals[n].transitions,
    })),
    {
      name: 'State transitions, opening crashed',
      value: failing.crashed,
      unit: '',
      budget: budget.transitionsWhereItFails,
    },
    {
      name: 'State transitions, backstop fired',
      value: failing.backstop,
      unit: '',
      budget: budget.transitionsWhereItFails,
    },
    { name: 'Calls before a vote is acknowledged', value: vote.warm.calls, unit: '', budget: budget.voteCalls },
    { name: '  in round trips', value: vote.warm.roundTrips, unit: '', budget: budget.voteRoundTrips },
    { name: 'The same, cold: calls', value: vote.cold.calls, unit: '', budget: budget.coldVoteCalls },
    { name: '  in round trips', value: vote.cold.roundTrips, unit: '', budget: budget.coldVoteRoundTrips },
    { name: 'Write units, 1 approver', value: approvals[1].writeUnits, unit: 'WRU' },
    { name: 'Write units, 2 approvers', value: approvals[2].writeUnits, unit: 'WRU', budget: budget.writeUnits },
    { name: 'Read units, 1 approver', value: approvals[1].readUnits, unit: 'RRU', digits: 1 },
    { name: 'Read units, 2 approvers', value: approvals[2].readUnits, unit: 'RRU', digits: 1 },
    {
      name: 'Per 1,000, 1 approver, without mail',
      value: approvals[1].usd.total,
      unit: '$',
      digits: 4,
      budget: budget.usdPerThousand,
    },
    {
      name: 'Per 1,000, 2 approvers, without mail',
      value: approvals[2].usd.total,
      unit: '$',
      digits: 4,
      budget: budget.usdPerThousand,
    },
    { name: '  mail beside it', value: approvals[2].usd.mail, unit: '$', digits: 2 },
    {
      name: 'Bundle of the review function',
      value: review?.kb ?? Number.NaN,
      unit: 'KB',
      digits: 1,
      budget: budget.reviewKb,
    },
    {
      name: '  its init beyond an empty one',
      value: review?.beyondEmpty ?? Number.NaN,
      unit: 'ms',
      digits: 1,
      budget: budget.reviewInitBeyondEmpty,
    },
    {
      name: 'Gate of 1,000 rules, 10,000 people: CPU',
      value: resolving.warm,
      unit: 'ms',
      digits: 1,
      budget: budget.resolving,
    },
    { name: '  by a policy just read', value: resolving.fresh, unit: 'ms', digits: 1 },
  ];
  return {
    ...{ at: new Date().toISOString(), reference, figures, approvals, vote, failing, bundles, resolving, prices },
    assumptions: { ...assumptions, cpuStretch: 'CPU ms × 1769 / MB' },
  };
}

/** Each kept item once, at its last size: a row or marker written twice is one item. */
function finalBytes(lines: readonly Line[]): number[] {
  const claims = lines.filter(({ what }) => what !== 'row' && what !== 'marker: claim').map(({ bytes }) => bytes);
  const row = lines.filter(({ what }) => what === 'row').at(-1)?.bytes ?? 0;
  return [...claims, row];
}
