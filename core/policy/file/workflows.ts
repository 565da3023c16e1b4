import * as z from 'zod/mini';
import { Level } from '../../claim.ts';
import { NamelessStageInFile, stageKeys } from './stage.ts';
import { condition, conditions, Key, listed, mapping, names, oneOf, said, text } from './words.ts';

/** How a request is settled. */

export const kinds = ['automatic', 'peer_review', 'expert_review', 'emergency_bypass'] as const;

/** Scopes with a name: the risks they stand for. */
export const scopes: Readonly<Record<string, readonly Level[]>> = {
  low_risk_tasks: ['low'],
  medium_risk_changes: ['low', 'medium'],
  high_risk_changes: ['high', 'critical'],
};
/** What an emergency is for. It is asked for, not chosen by risk. */
export const emergencyScope = 'critical_fixes';

const aScope = `must be ${Object.keys(scopes).join(', ')}, ${emergencyScope} (emergency_bypass), or a list of ${Level.options.join(', ')}`;

export const WorkflowInFile = mapping({
  kind: z.optional(said('Which workflow it is; left out where its name says so.', oneOf(kinds))),
  scope: z.optional(
    said(
      'Risks it is for: a list, or `low_risk_tasks` (low), `medium_risk_changes` (low and medium), `high_risk_changes` (high and critical); `critical_fixes` for an emergency. Left out: any; for an `expert_review` with conditions, none by itself.',
      z.union([z.enum([...Object.keys(scopes), emergencyScope]), z.array(Level).check(z.minLength(1, aScope))], {
        error: aScope,
      }),
    ),
  ),
  criteria: z.optional(
    said(
      'Conditions. `automatic` and `peer_review` need them all; for `expert_review` and `emergency_bypass` one is enough.',
      conditions(),
    ),
  ),
  when: z.optional(said('One more condition.', condition())),
  process: z.optional(
    said(
      'Its steps, by name: a name or a list. `peer_review_24h` gives the timeout; `automated_merge` and `implementation_with_monitoring` are told to the waiting work.',
      names('a step'),
    ),
  ),
  ...stageKeys,
  act_first: z.optional(
    said(
      'Emergency only: people, groups and roles who, verified, may act before anybody has agreed.',
      listed(text(), 'people, groups and roles'),
    ),
  ),
  review: z.optional(
    said(
      'Emergency only: the review afterwards; its timeout is when it is overdue. Left out: by `technical_lead`, within 3 days.',
      NamelessStageInFile.clone(),
    ),
  ),
});

export const WorkflowsInFile = z.record(Key, WorkflowInFile);
