import { name as requestName } from '../intake/text.ts';
import { limits } from '../limits.ts';
import { CheckpointInFile } from './file/checkpoints.ts';
import { aKey, keyPattern } from './file/words.ts';
import type { Checkpoint } from './policy.ts';
import { type ConditionsKnow, readConditions } from './read-conditions.ts';
import type { DirectoryRead } from './read-directory.ts';
import { planStage } from './read-stage.ts';
import { isMapping, namesUnder, type Path, type Reading } from './reading.ts';

export interface RulesKnow {
  directory: DirectoryRead;
  conditions: ConditionsKnow;
}

/** What a request may send as its trigger, or state as a fact. */
const Trigger = requestName(limits.name);

/** Checkpoints that there are without being listed. */
const ownNames = ['maintenance_window', 'policy_change'];

export function readCheckpoints(reading: Reading, value: unknown, known: RulesKnow): Checkpoint[] | undefined {
  if (value === undefined) return undefined;
  const entries = reading.entries(value, ['checkpoints'], `each checkpoint under ${aKey}`, keyPattern) ?? [];
  return entries.flatMap(([name, entry]) => readCheckpoint(reading, name, entry, known) ?? []);
}

function readCheckpoint(reading: Reading, name: string, entry: unknown, known: RulesKnow): Checkpoint | undefined {
  const path: Path = ['checkpoints', name];
  if (ownNames.includes(name))
    reading.say(
      path,
      `'${name}' is what the checkpoint of ${name === 'policy_change' ? name : 'maintenance_windows'} is called`,
      {
        onKey: true,
      },
    );
  for (const { name: sent, at } of namesUnder(entry, 'trigger')) reading.read(Trigger, sent, [...path, ...at]);
  const [when] = readConditions(reading, entry, 'when', path, known.conditions);
  const read = reading.read(CheckpointInFile, entry, path);
  const stage = planStage(reading, read, entry, path, known.directory, { name, rule: 'any' });
  if (!read) return undefined;
  const { trigger = [], required = true } = read;
  const triggers = typeof trigger === 'string' ? [trigger] : trigger;
  const hasWhen = isMapping(entry) && entry.when !== undefined;
  if (triggers.length === 0 && !hasWhen && required)
    reading.say(path, 'nothing triggers it: give it a `trigger` or a `when`, or say `required: false`', {
      onKey: true,
    });
  return stage && { name, triggers, required, stage, ...(when && { when }) };
}
