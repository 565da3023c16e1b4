import { Level } from '../claim.ts';
import { limits } from '../limits.ts';
import { membersOf } from './directory.ts';
import { durationInWords } from './duration.ts';
import { keyPattern, StageInFile } from './file.ts';
import type { Policy, StagePlan } from './policy.ts';
import type { DirectoryRead } from './read-directory.ts';
import type { Path, Reading } from './reading.ts';

/** All timeouts of one gate together, in seconds: a day below the waiting task's own. */
const longest = limits.backstopSeconds - 86_400;

type Gates = Policy['environments'][string]['gates'];

export function readEnvironments(reading: Reading, value: unknown, known: DirectoryRead): Policy['environments'] {
  const environments: Policy['environments'] = {};
  const what = 'each environment under its name (letters, digits, `_`, `.` and `-`)';
  const entries = reading.entries(value, ['environments'], what, keyPattern);
  for (const [name, entry] of entries ?? []) {
    const path = ['environments', name];
    const twin = Object.keys(environments).find((other) => other.toLowerCase() === name.toLowerCase());
    if (twin)
      reading.say(path, `differs from '${twin}' in case alone, and case is not told apart here`, { onKey: true });
    const fields = reading.fields(entry, path, ['gates']);
    environments[name] = { gates: fields ? readGates(reading, fields.gates, [...path, 'gates'], known) : {} };
  }
  return environments;
}

/** By risk; a gate under `any` stands for every risk without one of its own. */
function readGates(reading: Reading, value: unknown, path: Path, known: DirectoryRead): Gates {
  const risks = [...Level.options, 'any'];
  const written = reading.fields(value, path, risks);
  if (!written) return {};
  const read = new Map<string, StagePlan[]>();
  for (const risk of risks) {
    if (!Object.hasOwn(written, risk)) continue;
    const fields = reading.fields(written[risk], [...path, risk], ['stages']);
    if (fields) read.set(risk, readStages(reading, fields.stages, [...path, risk, 'stages'], known));
  }
  if (Object.keys(written).length === 0) reading.say(path, `must have a gate for a risk: ${risks.join(', ')}`);
  const gates: Gates = {};
  for (const level of Level.options) {
    const stages = read.get(level) ?? read.get('any');
    if (stages) gates[level] = { stages };
  }
  return gates;
}

function readStages(reading: Reading, value: unknown, path: Path, known: DirectoryRead): StagePlan[] {
  if (!Array.isArray(value) || value.length === 0) {
    reading.say(path, 'must be a list of stages, one after the other');
    return [];
  }
  if (value.length > limits.stages) reading.say(path, `must not have more than ${limits.stages} stages`);
  const stages = value.map((entry, i) => readStage(reading, entry, [...path, i], known));
  stages.forEach((stage, i) => {
    if (stage && stages.findIndex((other) => other?.name === stage.name) < i)
      reading.say([...path, i, 'name'], `a stage of this gate is called '${stage.name}' already`);
  });
  const together = stages.reduce((sum, stage) => sum + (stage?.timeout ?? 0), 0);
  if (together > longest)
    reading.say(
      path,
      `the timeouts of a gate's stages must not exceed ${durationInWords(longest)} together (these are ${durationInWords(together)})`,
    );
  return stages.filter((stage) => stage !== undefined);
}

function readStage(reading: Reading, entry: unknown, path: Path, known: DirectoryRead): StagePlan | undefined {
  const found = reading.refersToAll(known.names, entry, 'approvers', path, 'person or group');
  const stage = reading.read(StageInFile, entry, path);
  if (!stage) return undefined;
  const members = membersOf(known.directory, stage.approvers).length;
  // Counting says something only where everybody named is there and right.
  if (found && known.complete && typeof stage.rule === 'object' && stage.rule.quorum > members)
    reading.say([...path, 'rule'], `needs ${stage.rule.quorum} approvers, but the stage has ${members}`);
  if (members > limits.approversPerStage)
    reading.say(
      [...path, 'approvers'],
      `must not be more than ${limits.approversPerStage} people (they are ${members})`,
    );
  const { criteria, ...rest } = stage;
  return { ...rest, ...(criteria && { criteria }) };
}
