import type * as z from 'zod/mini';
import { type Rule, suffices } from '../gate.ts';
import { limits } from '../limits.ts';
import { membersOf } from './directory.ts';
import { durationInWords } from './duration.ts';
import { StageKeys, stageKeys } from './file/stage.ts';
import { aDuration } from './file/words.ts';
import type { StagePlan } from './policy.ts';
import { aNamed, type DirectoryRead } from './read-directory.ts';
import { isMapping, namesUnder, type Path, type Reading } from './reading.ts';

/** All timeouts of one gate together, in seconds: a day below the waiting task's own. */
export const longestGate = limits.backstopSeconds - 86_400;

/** What a stage is where the file does not say. */
export interface StageDefaults {
  name: string;
  rule: Rule;
  /** Seconds; where there is none the file has to say it. */
  timeout?: number;
  /** Roles who are asked where nobody is named: any of them, as far as the directory has them. */
  approvers?: readonly string[];
}

/** What a stage was read as: its keys, and the checklist where it has one. */
export type StageRead = StageKeys & { criteria?: string[] | undefined };

/**
 * The stage that a piece of the file plans. `read`: the piece as its schema reads it, undefined where that found
 * something wrong; who is named in it is checked all the same.
 */
export function planStage(
  reading: Reading,
  read: StageRead | undefined,
  piece: unknown,
  path: Path,
  known: DirectoryRead,
  defaults: StageDefaults,
): StagePlan | undefined {
  const [approvers, found] = readApprovers(reading, piece, path, known, defaults);
  const delegates = checkNames(reading, namesUnder(piece, 'delegate_to'), path, known);
  const keys = read ?? rightKeysOf(piece);
  const timeout = keys.timeout ?? defaults.timeout;
  if (read && timeout === undefined) reading.say([...path, 'timeout'], `is required and ${aDuration}`);
  if (timeout !== undefined && timeout > longestGate)
    reading.say([...path, 'timeout'], `must not be longer than ${durationInWords(longestGate)}`);
  if (approvers.length === 0) return undefined;
  const plan: StagePlan = {
    name: defaults.name,
    approvers,
    rule: keys.rule ?? defaults.rule,
    timeout: timeout ?? 0,
    ...(keys.criteria && { criteria: keys.criteria }),
    ...(keys.order === 'sequential' && { order: keys.order }),
    ...(keys.comment && { comment: keys.comment }),
    ...(keys.veto && { veto: keys.veto }),
    ...(keys.assign && keys.assign !== 'all' && { assign: keys.assign }),
    ...(keys.delegate_to !== undefined && { delegateTo: delegates.names }),
    ...(keys.assurance && { assurance: keys.assurance }),
  };
  // Counting says something only where everybody named is there and right.
  countSeats(reading, plan, piece, path, known, found && known.complete && known.present);
  return timeout === undefined ? undefined : plan;
}

/** What is right of a piece with something wrong in it, so that what is wrong with that too is told at once. */
function rightKeysOf(piece: unknown): StageRead {
  const schemas: Readonly<Record<string, z.ZodMiniType>> = stageKeys;
  const right = Object.entries(isMapping(piece) ? piece : {}).filter(
    ([key, value]) => Object.hasOwn(schemas, key) && schemas[key]?.safeParse(value).success,
  );
  return StageKeys.safeParse(Object.fromEntries(right)).data ?? {};
}

/** Who is asked, and whether everybody named is there. */
function readApprovers(
  reading: Reading,
  piece: unknown,
  path: Path,
  known: DirectoryRead,
  { name, approvers: byDefault }: StageDefaults,
): [string[], boolean] {
  const [one, many] = ['approver', 'approvers'].map((key) => isMapping(piece) && Object.hasOwn(piece, key));
  if (one && many) reading.say([...path, 'approver'], 'stands beside `approvers`: say one of them', { onKey: true });
  const written = checkNames(
    reading,
    [...namesUnder(piece, 'approver'), ...namesUnder(piece, 'approvers')],
    path,
    known,
  );
  if (one || many || !isMapping(piece)) return [written.names, written.found];
  if (!byDefault) {
    reading.say([...path, 'approvers'], 'is required and must name somebody: a name or a list of names');
    return [[], false];
  }
  if (!known.present) {
    reading.warn(
      path,
      `nobody can approve this yet: it asks ${byDefault.join(' or ')}, and there is no directory`,
      onKey,
    );
    return [[...byDefault], false];
  }
  const there = byDefault.filter((role) => known.names.has(role));
  if (there.length === 0)
    reading.say(path, `'${name}' names no approvers, and nobody has the role ${byDefault.join(' or ')}`, onKey);
  return [there, there.length > 0];
}

const onKey = { onKey: true } as const;

/** Names of the directory. Where there is none, nobody can be what they name: worth a warning. */
export function checkNames(
  reading: Reading,
  written: readonly { name: string; at: Path }[],
  path: Path,
  known: DirectoryRead,
): { names: string[]; found: boolean } {
  const found = written.map(({ name, at }) => {
    if (known.present) return reading.refersTo(known.names, name, [...path, ...at], aNamed);
    reading.warn([...path, ...at], `nobody is '${name}' yet: there is no directory`);
    return true;
  });
  return { names: written.map(({ name }) => name), found: found.every(Boolean) };
}

function countSeats(
  reading: Reading,
  plan: StagePlan,
  piece: unknown,
  path: Path,
  known: DirectoryRead,
  sure: boolean,
): void {
  const groups = plan.approvers.map((name) => ({ name, people: membersOf(known.directory, [name]) }));
  const people = [...new Set(groups.flatMap((group) => group.people))];
  const { rule } = plan;
  const needed = rule === 'all' || rule === 'any' ? 1 : rule === 'one_from_each' ? groups.length : rule.quorum;
  if (sure && people.length < needed && rule !== 'one_from_each')
    reading.say([...path, 'rule'], `needs ${needed} approvers, but the stage has ${people.length}`);
  if (sure && rule === 'one_from_each' && !suffices({ ...plan, rule, approvers: [], groups }, people))
    reading.say([...path, 'rule'], 'cannot be met: the groups need somebody each, and they are the same people');
  // Whom the rule does not need is not asked where the work is spread, so a group may be of any size then.
  const asked = plan.assign && rule !== 'all' ? needed : people.length;
  if (asked > limits.approversPerStage)
    reading.say(
      [...path, isMapping(piece) && Object.hasOwn(piece, 'approver') ? 'approver' : 'approvers'],
      `must not be more than ${limits.approversPerStage} people (they are ${people.length}); \`assign: least_loaded\` asks only as many as the rule needs`,
    );
}
