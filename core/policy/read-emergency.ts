import { emergencyScope } from './file/workflows.ts';
import { unreviewedOverrides } from './override-review.ts';
import type { EmergencyRule } from './policy.ts';
import type { RulesKnow } from './read-checkpoints.ts';
import { readConditions } from './read-conditions.ts';
import type { DirectoryRead } from './read-directory.ts';
import { checkNames, planStage } from './read-stage.ts';
import { isMapping, namesUnder, type Path, type Reading } from './reading.ts';
import { asStage, type WorkflowPiece } from './workflow-piece.ts';

const approvers = ['on_call_engineer', 'technical_lead'];
const reviewers = ['technical_lead'];
const halfAnHour = 1_800;
const threeDays = 3 * 86_400;

/** Emergency override: who agrees, who may act first, and who reviews it afterwards. */
export function readEmergency(
  reading: Reading,
  { name, path, entry, read, process }: WorkflowPiece,
  { directory, conditions }: RulesKnow,
): EmergencyRule | undefined {
  const criteria = readConditions(reading, entry, 'criteria', path, conditions);
  if (read?.scope !== undefined && read.scope !== emergencyScope)
    reading.say(
      [...path, 'scope'],
      `must be ${emergencyScope}, or left out: an emergency is asked for, whatever its risk`,
    );
  const stage = planStage(reading, asStage(read), entry, path, directory, {
    name,
    rule: 'any',
    approvers,
    timeout: process.timeout ?? halfAnHour,
  });
  const actFirst = checkNames(reading, namesUnder(entry, 'act_first'), path, directory);
  const written = isMapping(entry) && isMapping(entry.review) ? entry.review : undefined;
  const review = planStage(
    reading,
    written ? read?.review : {},
    written ?? {},
    written ? [...path, 'review'] : path,
    directory,
    {
      name: 'review',
      rule: 'any',
      approvers: reviewers,
      timeout: process.reviewTimeout ?? threeDays,
    },
  );
  const rule = stage && review && { criteria, stage, actFirst: actFirst.names, review };
  if (rule && directory.present && directory.complete) warnOfUnreviewed(reading, path, directory, rule);
  return rule;
}

function warnOfUnreviewed(reading: Reading, path: Path, { directory }: DirectoryRead, emergency: EmergencyRule): void {
  const { actFirst, approve } = unreviewedOverrides({ directory, emergency });
  if (actFirst !== undefined) reading.warn([...path, 'act_first'], actFirst);
  if (approve !== undefined) reading.warn(path, approve, { onKey: true });
}
