import { Level } from '../claim.ts';
import { limits } from '../limits.ts';
import { durationInWords } from './duration.ts';
import { EnvironmentInFile } from './file/environments.ts';
import { StageInFile } from './file/stage.ts';
import { keyPattern } from './file/words.ts';
import type { Environment, Policy, StagePlan } from './policy.ts';
import type { DirectoryRead } from './read-directory.ts';
import { longestGate, planStage } from './read-stage.ts';
import { isMapping, type Path, type Reading } from './reading.ts';
import { mayMeanProduction, soundsLikeProduction } from './resolve/environment.ts';

type Gates = Policy['environments'][string]['gates'];

export interface EnvironmentsKnow {
  directory: DirectoryRead;
  /** Whatever is asked for has a gate without theirs: they may be left out. */
  anywhere: boolean;
}

export function readEnvironments(reading: Reading, value: unknown, known: EnvironmentsKnow): Policy['environments'] {
  const environments: Policy['environments'] = {};
  if (value === undefined && known.anywhere) return environments;
  const what = 'each environment under its name (letters, digits, `_`, `.` and `-`)';
  const entries = reading.entries(value, ['environments'], what, keyPattern);
  for (const [name, entry] of entries ?? []) {
    const path = ['environments', name];
    const twin = Object.keys(environments).find((other) => other.toLowerCase() === name.toLowerCase());
    if (twin)
      reading.say(path, `differs from '${twin}' in case alone, and case is not told apart here`, { onKey: true });
    environments[name] = readEnvironment(reading, name, entry, path, known);
  }
  return environments;
}

function readEnvironment(
  reading: Reading,
  name: string,
  entry: unknown,
  path: Path,
  known: EnvironmentsKnow,
): Environment {
  const fields = reading.fields(entry, path, Object.keys(EnvironmentInFile.shape));
  if (!fields) return { gates: {} };
  const production = reading.read(EnvironmentInFile.shape.production, fields.production, [...path, 'production']);
  const bypass = reading.read(EnvironmentInFile.shape.bypass, fields.bypass, [...path, 'bypass']);
  if (bypass) checkBypass(reading, name, production === true, fields, [...path, 'bypass']);
  const mayLack = known.anywhere || fields.bypass !== undefined;
  return {
    gates:
      fields.gates === undefined && mayLack
        ? {}
        : readGates(reading, fields.gates, [...path, 'gates'], known.directory),
    ...(bypass && { bypass }),
    ...(production !== undefined && { production }),
  };
}

/** A test environment lets everything through, so it must not be one that matters under a harmless name. */
function checkBypass(
  reading: Reading,
  name: string,
  production: boolean,
  fields: Record<string, unknown>,
  path: Path,
): void {
  if (production || soundsLikeProduction(name))
    reading.say(path, 'production is never bypassed by itself; take it out');
  else if (name.toLowerCase() === 'any')
    reading.say(
      path,
      'would bypass every environment that is not listed, a misspelt production too; name the test ones',
    );
  else {
    if (mayMeanProduction(name))
      reading.warn(path, `lets everything through in '${name}'; if that is production, take it out`);
    if (fields.gates !== undefined)
      reading.warn(path, 'lets everything through, so the gates of this environment are never asked');
  }
}

/** By risk; a gate under `any` stands for every risk without one of its own. */
function readGates(reading: Reading, value: unknown, path: Path, known: DirectoryRead): Gates {
  const risks = [...Level.options, 'any'];
  const written = reading.fields(value, path, risks);
  if (!written) return {};
  const read = new Map<string, StagePlan[]>();
  // A gate under a mistyped risk is read as well: its own mistakes should be known at once.
  for (const risk of Object.keys(written)) {
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
  const stages = value.map((entry: unknown, i) => {
    const read = reading.read(StageInFile, entry, [...path, i]);
    const name = isMapping(entry) && typeof entry.name === 'string' ? entry.name : '';
    return planStage(reading, read, entry, [...path, i], known, { name, rule: 'all' });
  });
  stages.forEach((stage, i) => {
    if (stage && stages.findIndex((other) => other?.name === stage.name) < i)
      reading.say([...path, i, 'name'], `a stage of this gate is called '${stage.name}' already`);
  });
  const together = stages.reduce((sum, stage) => sum + (stage?.timeout ?? 0), 0);
  if (stages.every((stage) => (stage?.timeout ?? 0) <= longestGate) && together > longestGate)
    reading.say(
      path,
      `the timeouts of a gate's stages must not exceed ${durationInWords(longestGate)} together (these are ${durationInWords(together)})`,
    );
  return stages.filter((stage) => stage !== undefined);
}
