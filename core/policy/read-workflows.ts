import type { Level } from '../claim.ts';
import { aKey, keyPattern } from './file/words.ts';
import { emergencyScope, kinds, scopes, WorkflowInFile } from './file/workflows.ts';
import type { EmergencyRule, WorkflowKind, WorkflowRule } from './policy.ts';
import type { RulesKnow } from './read-checkpoints.ts';
import { readConditions } from './read-conditions.ts';
import { readEmergency } from './read-emergency.ts';
import { planStage } from './read-stage.ts';
import { isMapping, type Path, type Reading } from './reading.ts';
import { expertsForTheRest } from './resolve/workflows.ts';
import { warnOfOutranked } from './warn-of-outranked.ts';
import { asStage, pieceOf, type WorkflowPiece } from './workflow-piece.ts';

/** Keys that would do nothing in a workflow of that kind. */
const idle: Readonly<Record<(typeof kinds)[number], readonly string[]>> = {
  automatic: [
    ...['approver', 'approvers', 'rule', 'order', 'timeout', 'comment', 'veto', 'assign', 'delegate_to', 'assurance'],
    ...['act_first', 'review'],
  ],
  peer_review: ['act_first', 'review'],
  expert_review: ['act_first', 'review'],
  emergency_bypass: ['when'],
};

/** Who is asked and how long they have, where the file does not say. */
const defaults = {
  peer_review: { rule: 'any', approvers: ['peer'], timeout: 24 * 3_600 },
  expert_review: { rule: 'any', approvers: ['expert'], timeout: 48 * 3_600 },
} as const;

export interface WorkflowsRead {
  workflows?: WorkflowRule[];
  emergency?: EmergencyRule;
}

export function readWorkflows(reading: Reading, value: unknown, known: RulesKnow): WorkflowsRead {
  if (value === undefined) return {};
  const what = `each workflow under ${aKey}`;
  const entries = reading.entries(value, ['approval_workflows'], what, keyPattern) ?? [];
  const workflows: WorkflowRule[] = [];
  const seen: string[] = [];
  let emergency: EmergencyRule | undefined;
  for (const [name, entry] of entries) {
    const path = ['approval_workflows', name];
    const read = reading.read(WorkflowInFile, entry, path);
    const kind = kindOf(reading, name, entry, path);
    if (!kind) {
      // Of whatever kind: what it refers to has to be right.
      readConditions(reading, entry, 'criteria', path, known.conditions);
      readConditions(reading, entry, 'when', path, known.conditions);
      continue;
    }
    if (isMapping(entry))
      for (const key of idle[kind])
        if (Object.hasOwn(entry, key))
          reading.say([...path, key], `does nothing in ${kind}, so take it out`, { onKey: true });
    const piece = pieceOf(reading, { name, path, entry, read }, kind);
    if (kind !== 'emergency_bypass') workflows.push(...readRule(reading, piece, kind, known));
    else if (seen.includes(kind)) reading.say(path, 'there is an emergency_bypass already', { onKey: true });
    else emergency = readEmergency(reading, piece, known);
    seen.push(kind);
  }
  needsAnExpert(reading, seen, workflows, known);
  warnOfOutranked(reading, workflows, known.directory.directory);
  return { ...(workflows.length > 0 && { workflows }), ...(emergency && { emergency }) };
}

/** What no rule covers needs an expert, whatever its risk: by a rule that says whom to ask, or whoever has the role. */
function needsAnExpert(
  reading: Reading,
  seen: readonly string[],
  workflows: readonly WorkflowRule[],
  { directory }: RulesKnow,
): void {
  const isExpert = (kind: string) => kind === 'expert_review';
  const ordinary = seen.some((kind) => kind !== 'emergency_bypass');
  // Of a rule with a mistake it is not known what it is for.
  const allRead = seen.filter(isExpert).length === workflows.filter(({ kind }) => isExpert(kind)).length;
  if (!ordinary || !allRead || !directory.present || directory.names.has('expert')) return;
  if (expertsForTheRest(workflows, 'critical').length === 0)
    reading.say(
      ['approval_workflows'],
      'what no rule covers needs an expert: add a rule called expert_review, or give people the role expert',
      { onKey: true },
    );
}

/** By its `kind`, or its name where that is one. */
function kindOf(reading: Reading, name: string, entry: unknown, path: Path): (typeof kinds)[number] | undefined {
  const written = isMapping(entry) ? entry.kind : undefined;
  const byName = kinds.find((kind) => kind === name);
  if (written === undefined) {
    if (!byName)
      reading.say([...path, 'kind'], `is required and must be ${kinds.join(', ')}`, reading.meant(name, kinds));
    return byName;
  }
  if (byName && written !== byName) reading.say([...path, 'kind'], `must be ${byName}, as its name says`);
  return byName ?? kinds.find((kind) => kind === written);
}

function readRule(
  reading: Reading,
  { name, path, entry, read, process }: WorkflowPiece,
  kind: WorkflowKind,
  known: RulesKnow,
): WorkflowRule[] {
  const criteria = readConditions(reading, entry, 'criteria', path, known.conditions);
  const [when] = readConditions(reading, entry, 'when', path, known.conditions);
  const risks = read?.scope === undefined ? undefined : risksOf(reading, read.scope, path);
  const stage =
    kind === 'automatic'
      ? undefined
      : planStage(reading, asStage(read), entry, path, known.directory, {
          name,
          ...defaults[kind],
          ...(process.timeout !== undefined && { timeout: process.timeout }),
        });
  if (kind === 'automatic' && read && !read.criteria?.length && read.when === undefined)
    reading.say(path, 'must say by `criteria` or `when` what needs nobody: this would approve whatever is asked', {
      onKey: true,
    });
  if (kind === 'automatic' && read)
    if (!risks) reading.warn(path, 'has no `scope`, so it lets requests of high risk through without anybody');
    else if (risks.some((risk) => risk === 'high' || risk === 'critical'))
      reading.warn([...path, 'scope'], 'lets requests of high risk through without anybody');
  if (!read || (kind !== 'automatic' && !stage)) return [];
  const { afterwards } = process;
  return [
    {
      name,
      kind,
      ...(risks && { risks: [...risks] }),
      criteria,
      ...(when && { when }),
      ...(stage && { stage }),
      ...(afterwards.length > 0 && { afterwards }),
    },
  ];
}

function risksOf(reading: Reading, scope: string | readonly Level[], path: Path): readonly Level[] {
  if (typeof scope !== 'string') return scope;
  if (scope === emergencyScope) reading.say([...path, 'scope'], `'${scope}' is for emergency_bypass alone`);
  return scopes[scope] ?? [];
}
