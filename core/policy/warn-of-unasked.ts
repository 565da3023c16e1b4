import type { Policy, StagePlan } from './policy.ts';
import { isMapping, namesUnder, type Path, type Reading } from './reading.ts';

/** Roles that rules ask for without naming them. */
const known = ['peer', 'expert', 'on_call_engineer', 'technical_lead'];
/** A directory that another system writes may have hundreds that no rule asks for. */
const most = 10;

/** Warns of roles and groups that nothing asks for: a mistyped role makes one. Only where nothing else is wrong. */
export function warnOfUnasked(reading: Reading, policy: Policy, directory: unknown): void {
  if (reading.findings.length > 0) return;
  const asked = askedFor(policy);
  const idle = [...firstPlaces(directory)].filter(([name]) => !asked.has(name) && !known.includes(name));
  for (const [name, path] of idle.slice(0, most))
    reading.warn(path, `nothing asks for '${name}'`, {
      ...reading.meant(name, [...asked, ...known]),
      ...(path.at(-1) === name && { onKey: true }),
    });
  if (idle.length > most)
    reading.warn(['directory'], `nothing asks for ${idle.length - most} more roles and groups`, { onKey: true });
}

/** Where each group and role stands first. */
function firstPlaces(directory: unknown): Map<string, Path> {
  const places = new Map<string, Path>();
  const { people, groups } = isMapping(directory) ? directory : {};
  for (const name of Object.keys(isMapping(groups) ? groups : {})) places.set(name, ['directory', 'groups', name]);
  for (const [person, entry] of Object.entries(isMapping(people) ? people : {}))
    for (const { name, at } of namesUnder(entry, 'roles'))
      if (!places.has(name)) places.set(name, ['directory', 'people', person, ...at]);
  return places;
}

function askedFor(policy: Policy): Set<string> {
  const { checkpoints = [], workflows = [], emergency, maintenance, policyChange } = policy;
  const gates = Object.values(policy.environments).flatMap((environment) => Object.values(environment.gates));
  const stages: (StagePlan | undefined)[] = [
    ...gates.flatMap((gate) => gate?.stages ?? []),
    ...[...checkpoints, ...workflows].map(({ stage }) => stage),
    ...[emergency?.stage, emergency?.review, maintenance?.stage, maintenance?.validation, policyChange?.stage],
  ];
  return new Set([
    ...stages.flatMap((stage) => (stage ? [...stage.approvers, ...(stage.delegateTo ?? [])] : [])),
    ...(emergency?.actFirst ?? []),
    ...Object.values(policy.sources).flatMap(({ may_cancel = [] }) => may_cancel),
    ...Object.values(policy.directory.groups).flat(),
  ]);
}
