import * as z from 'zod/mini';
import { checklist, NamelessStageInFile, stageKeys } from './stage.ts';
import { duration, listed, mailbox, mapping, pattern, said } from './words.ts';

/** Maintenance windows, and changes of the policy itself. */

export const MaintenanceInFile = mapping({
  ...stageKeys,
  criteria: z.optional(checklist()),
  longest: z.optional(said('How long a window may be at most. Left out: 8 hours.', duration())),
  environments: said(
    'Environments, or patterns, that a window may be for.',
    listed(pattern(), "environments or patterns, such as '*'").check(z.minLength(1, 'must name an environment')),
  ),
  stakeholders: z.optional(
    said(
      'Addresses that are told before, at the start and at the end, besides those whom the window names.',
      listed(mailbox(), 'mail addresses'),
    ),
  ),
  notice: z.optional(said('How long before the start they are told. Left out: 1 hour.', duration())),
  validation: z.optional(
    said(
      'Who confirms afterwards that all is well. Left out: any of the approvers, within 1 day.',
      NamelessStageInFile.clone(),
    ),
  ),
});

export const PolicyChangeInFile = NamelessStageInFile.clone();
