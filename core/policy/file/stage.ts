import * as z from 'zod/mini';
import { line } from '../../intake/text.ts';
import { limits } from '../../limits.ts';
import { duration, listed, mapping, names, oneOf, said, text, yesOrNo } from './words.ts';

/** A stage, wherever one is planned. */

const ruleError = 'must be all, any, one_from_each, or {quorum: n} with n from 1';
const RuleInFile = z.union(
  [
    z.literal('all'),
    z.literal('any'),
    z.literal('one_from_each'),
    z.strictObject({ quorum: z.int(ruleError).check(z.positive(ruleError)) }, ruleError),
  ],
  { error: ruleError },
);

export const AssuranceInFile = said(
  'How sure a decision must be of who made it: `link`.',
  oneOf(['link'], 'must be link: no surer way is built yet, and a policy must not promise one'),
);

/** The keys of a stage that are written the same everywhere. */
export const stageKeys = {
  approver: z.optional(said('The same as `approvers`.', names('somebody'))),
  approvers: z.optional(said('People, groups and roles: a name or a list of names.', names('somebody'))),
  rule: z.optional(
    said(
      'How many must agree: `all`, `any`, `{quorum: n}`, or `one_from_each` of what `approvers` names. Left out: `all` in a gate of an environment, else `any`.',
      RuleInFile,
    ),
  ),
  order: z.optional(
    said(
      '`sequential`: they are asked one after the other, as listed. Left out: at once.',
      oneOf(['sequential', 'parallel']),
    ),
  ),
  timeout: z.optional(
    said(
      "From the stage's beginning until the request expires: `45_seconds`, `30_minutes`, `24_hours`, `2_days`, `1_week`.",
      duration(),
    ),
  ),
  comment: z.optional(
    said(
      '`always`: every answer says why; `unless_approved`: whatever is no approval does.',
      oneOf(['always', 'unless_approved']),
    ),
  ),
  veto: z.optional(said('`true`: one rejection rejects, whatever the rule.', yesOrNo())),
  assign: z.optional(
    said(
      'Whom of many to ask: `all` (also where left out), or only as many as the rule needs: `least_loaded` (who has least to decide) or `round_robin` (who was asked longest ago).',
      oneOf(['all', 'least_loaded', 'round_robin']),
    ),
  ),
  delegate_to: z.optional(
    said(
      'To whom an approver may delegate, besides those whom `approvers` names; `[]`: to nobody at all.',
      z.union([text(), z.array(text())], { error: 'must be people, groups and roles: a name or a list of names' }),
    ),
  ),
  assurance: z.optional(AssuranceInFile),
};

/** What an approver confirms, item by item. */
export function checklist() {
  return said(
    'What an approver confirms, item by item.',
    listed(line(limits.criterion), 'things to confirm').check(
      z.maxLength(limits.criteria, `must not have more than ${limits.criteria} items`),
    ),
  );
}

/** A stage without its criteria. */
export const StageKeys = mapping(stageKeys);
/** What was read of a stage, criteria apart: in a workflow these are conditions. */
export type StageKeys = z.output<typeof StageKeys>;

export const StageInFile = mapping({
  name: said('Shown to approvers and kept in the record. One of its kind in the gate.', line(limits.name)),
  ...stageKeys,
  criteria: z.optional(checklist()),
});

/** A stage that needs no name of its own. */
export const NamelessStageInFile = mapping({ ...stageKeys, criteria: z.optional(checklist()) });
