import { MaintenanceInFile, PolicyChangeInFile } from './file/maintenance.ts';
import { fitsPattern } from './pattern.ts';
import type { MaintenanceRule, Policy } from './policy.ts';
import type { DirectoryRead } from './read-directory.ts';
import { planStage } from './read-stage.ts';
import { isMapping, namesUnder, type Path, type Reading } from './reading.ts';

const hour = 3_600;

export interface MaintenanceKnow {
  directory: DirectoryRead;
  environments: readonly string[];
}

export function readMaintenance(
  reading: Reading,
  value: unknown,
  { directory, environments }: MaintenanceKnow,
): MaintenanceRule | undefined {
  if (value === undefined) return undefined;
  const path: Path = ['maintenance_windows'];
  const read = reading.read(MaintenanceInFile, value, path);
  checkEnvironments(reading, value, path, environments);
  const stage = planStage(reading, read, value, path, directory, { name: 'maintenance_window', rule: 'any' });
  const written = isMapping(value) && isMapping(value.validation) ? value.validation : undefined;
  const named = written && ['approver', 'approvers'].some((key) => Object.hasOwn(written, key));
  const validation =
    (stage || named) &&
    planStage(
      reading,
      written ? read?.validation : {},
      written ?? {},
      [...path, ...(written ? ['validation'] : [])],
      directory,
      {
        name: 'validation',
        rule: 'any',
        ...(stage && { approvers: stage.approvers }),
        timeout: 24 * hour,
      },
    );
  if (!read || !stage || !validation) return undefined;
  const { longest = 8 * hour, notice = hour, stakeholders = [] } = read;
  return { stage, longest, environments: read.environments, stakeholders, notice, validation };
}

function checkEnvironments(reading: Reading, value: unknown, path: Path, environments: readonly string[]): void {
  if (environments.length === 0 || environments.includes('any')) return;
  for (const { name: pattern, at } of namesUnder(value, 'environments'))
    if (!environments.some((name) => fitsPattern(pattern.toLowerCase(), name.toLowerCase())))
      reading.warn(
        [...path, ...at],
        `'${pattern}' is no environment of this policy`,
        reading.meant(pattern, environments),
      );
}

export function readPolicyChange(reading: Reading, value: unknown, known: DirectoryRead): Policy['policyChange'] {
  if (value === undefined) return undefined;
  const path: Path = ['policy_change'];
  const read = reading.read(PolicyChangeInFile, value, path);
  const stage = planStage(reading, read, value, path, known, { name: 'policy_change', rule: 'any' });
  return stage && { stage };
}
