import * as z from 'zod/mini';
import { duration, Key, listed, mapping, said, text } from './words.ts';

/** Who is brought in, after how long, doing what. Recorded for what is to come. */

/** What comes after the last level. */
export const lastResort = 'continuous_monitoring';

export const EscalationLevelInFile = mapping({
  scope: z.optional(said('What it is for.', text())),
  actions: said('What is done.', listed(text(), 'actions')),
  timeout: said('After how long the next level comes.', duration()),
  escalation: said('The next level, or `continuous_monitoring`.', text()),
});

export const EscalationLevelsInFile = z.record(Key, EscalationLevelInFile);
