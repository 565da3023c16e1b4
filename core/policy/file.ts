import * as z from 'zod/mini';
import { CheckpointsInFile } from './file/checkpoints.ts';
import { DirectoryInFile } from './file/directory.ts';
import { EnvironmentsInFile } from './file/environments.ts';
import { EscalationLevelsInFile } from './file/escalation.ts';
import { MaintenanceInFile, PolicyChangeInFile } from './file/maintenance.ts';
import { SourcesInFile } from './file/sources.ts';
import { AssuranceInFile } from './file/stage.ts';
import { condition, mapping, said } from './file/words.ts';
import { WorkflowsInFile } from './file/workflows.ts';

/** Names that conditions may be given. */
export const conditionName = /^[a-z][A-Za-z0-9_]{0,99}$/;

export const AssurancesInFile = mapping({
  low: z.optional(AssuranceInFile),
  medium: z.optional(AssuranceInFile),
  high: z.optional(AssuranceInFile),
  critical: z.optional(AssuranceInFile),
});

/**
 * A whole policy file, as people write it: what the reference and the schema for editors are generated from. Loading
 * reads it piece by piece, and checks what spans pieces.
 */
export const PolicyFile = mapping({
  directory: z.optional(
    said('Who can be asked to decide. A policy without one loads, and is not published.', DirectoryInFile),
  ),
  sources: z.optional(said('Who may ask, and what they may claim. What is not listed is refused.', SourcesInFile)),
  conditions: z.optional(
    said(
      'Names for conditions, to use wherever a condition stands: `big_change: facts.lines_changed > 500`. A name may use those above it.',
      z.record(z.string().check(z.regex(conditionName)), condition()),
    ),
  ),
  checkpoints: z.optional(
    said('Named points that ask for a stage of their own when they are triggered.', CheckpointsInFile),
  ),
  approval_workflows: z.optional(
    said(
      'How a request is settled. The most demanding that applies wins; where none does, an expert reviews it.',
      WorkflowsInFile,
    ),
  ),
  environments: z.optional(
    said(
      'Gates by environment and risk. An environment is told by its name, in any case; one called `any` is that of every name not listed.',
      EnvironmentsInFile,
    ),
  ),
  escalation_levels: z.optional(said('Recorded; this version does not act on them.', EscalationLevelsInFile)),
  maintenance_windows: z.optional(
    said('Who lets a maintenance window be, and how long and where it may be.', MaintenanceInFile),
  ),
  policy_change: z.optional(said('Who lets a new policy take effect. Left out: who may publish.', PolicyChangeInFile)),
  assurance: z.optional(said('How sure a decision must be, by risk.', AssurancesInFile)),
});
