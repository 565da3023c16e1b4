import { Level } from '../claim.ts';
import { AssurancesInFile, PolicyFile } from './file.ts';
import type { Policy } from './policy.ts';
import { readCheckpoints } from './read-checkpoints.ts';
import { factsOf, readOwnConditions } from './read-conditions.ts';
import { readDirectory } from './read-directory.ts';
import { readEnvironments } from './read-environments.ts';
import { readEscalation } from './read-escalation.ts';
import { readMaintenance, readPolicyChange } from './read-maintenance.ts';
import { warnOfMistyped } from './read-mistyped.ts';
import { readSources } from './read-sources.ts';
import { readWorkflows } from './read-workflows.ts';
import { isMapping, type Reading } from './reading.ts';
import { warnOfUnasked } from './warn-of-unasked.ts';

export interface LoadOptions {
  /** The sources whose identity the stack enforces, as patterns. Unknown where left out, and then not checked. */
  enforcedSources?: readonly string[];
  /** It is to be put in force: a policy that nobody could fulfil, because it has no directory, is refused then. */
  publishing?: boolean;
}

/** Parts of the language that are to come: refused, so that no policy silently does nothing. */
const toCome = ['channels', 'automation'];
const parts = Object.keys(PolicyFile.shape);

/** The policy that a file's content says; undefined where it is none at all. What is wrong is said to `reading`. */
export function readPolicy(reading: Reading, content: unknown, options: LoadOptions): Policy | undefined {
  const fields = readParts(reading, content);
  if (!fields) return undefined;
  const { enforcedSources, publishing = false } = options;
  const directory = readDirectory(reading, fields.directory, publishing || fields.directory !== undefined);
  if (!directory.present) reading.warn([], 'there is no directory: nobody can approve yet, and publishing is refused');
  const anywhere = fields.checkpoints !== undefined || fields.approval_workflows !== undefined;
  const environments = readEnvironments(reading, fields.environments, { directory, anywhere });
  const named = Object.keys(environments);
  const mayLackSources = !directory.present && fields.sources === undefined;
  if (mayLackSources) reading.warn([], 'there are no sources: nobody may ask for anything yet');
  const sources = mayLackSources
    ? {}
    : readSources(reading, fields.sources, {
        names: directory.names,
        environments: named,
        anywhere,
        ...(enforcedSources && { enforcedSources }),
      });
  const registered = mayLackSources ? undefined : sources;
  const comparable = { environments: named, sources: registered };
  const conditions = readOwnConditions(reading, fields.conditions, { facts: factsOf(registered), comparable });
  const known = { directory, conditions };
  const checkpoints = readCheckpoints(reading, fields.checkpoints, known);
  const workflows = readWorkflows(reading, fields.approval_workflows, known);
  warnOfMistyped(reading, conditions, checkpoints);
  for (const { name } of workflows.workflows ?? [])
    if (checkpoints?.some((checkpoint) => checkpoint.name === name))
      reading.say(['approval_workflows', name], `'${name}' is a checkpoint already; a stage is known by its name`, {
        onKey: true,
      });
  const escalationLevels = readEscalation(reading, fields.escalation_levels);
  const maintenance = readMaintenance(reading, fields.maintenance_windows, { directory, environments: named });
  const policyChange = readPolicyChange(reading, fields.policy_change, directory);
  const assurance = readAssurance(reading, fields.assurance);
  const policy: Policy = {
    edition: 2,
    directory: directory.directory,
    sources,
    environments,
    ...(checkpoints && { checkpoints }),
    ...workflows,
    ...(maintenance && { maintenance }),
    ...(policyChange && { policyChange }),
    ...(assurance && { assurance }),
    ...(escalationLevels && { escalationLevels }),
  };
  warnOfUnasked(reading, policy, fields.directory);
  return policy;
}

function readAssurance(reading: Reading, value: unknown): Policy['assurance'] {
  if (value === undefined) return undefined;
  const read = reading.read(AssurancesInFile, value, ['assurance']) ?? {};
  const assurance: Policy['assurance'] = {};
  for (const risk of Level.options) if (read[risk]) assurance[risk] = read[risk];
  return assurance;
}

function readParts(reading: Reading, content: unknown): Record<string, unknown> | undefined {
  const entries = isMapping(content) ? Object.entries(content) : [];
  for (const [key] of entries)
    if (toCome.includes(key))
      reading.say([key], `'${key}' is not supported by this version: nothing would act on it, so take it out`, {
        onKey: true,
      });
  const present = Object.fromEntries(entries.filter(([key]) => !toCome.includes(key)));
  return reading.fields(isMapping(content) ? present : content, [], parts);
}
