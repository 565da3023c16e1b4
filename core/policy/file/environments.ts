import * as z from 'zod/mini';
import { StageInFile } from './stage.ts';
import { Key, listed, mapping, oneOf, said, yesOrNo } from './words.ts';

/** Gates by environment and risk. */

export const GateInFile = mapping({
  stages: said(
    'One after the other: the next is asked when the one before has passed.',
    listed(StageInFile, 'stages, one after the other'),
  ),
});

export const GatesInFile = mapping({
  low: z.optional(said('The gate of low risk.', GateInFile.clone())),
  medium: z.optional(said('The gate of medium risk.', GateInFile.clone())),
  high: z.optional(
    said('The gate of high risk, which is also that of a request that states none.', GateInFile.clone()),
  ),
  critical: z.optional(said('The gate of critical risk.', GateInFile.clone())),
  any: z.optional(said('The gate of every risk without one of its own.', GateInFile.clone())),
});

export const EnvironmentInFile = mapping({
  gates: z.optional(
    said(
      'By risk. Their stages come after those of checkpoints and approval workflow, and never instead of them.',
      GatesInFile,
    ),
  ),
  production: z.optional(said('`true`: nothing bypasses its gates by itself.', yesOrNo())),
  bypass: z.optional(
    said(
      '`automatic`: a test environment. Whatever is asked for it is let through and recorded as a bypass. Refused for production.',
      oneOf(['automatic'], 'must be automatic'),
    ),
  ),
});

export const EnvironmentsInFile = z.record(Key, EnvironmentInFile);
