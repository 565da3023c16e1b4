import * as z from 'zod/mini';
import { checklist, stageKeys } from './stage.ts';
import { condition, Key, mapping, names, said, yesOrNo } from './words.ts';

/** Named points that ask for a stage of their own. */

export const CheckpointInFile = mapping({
  trigger: z.optional(
    said(
      'What triggers it: a name or a list. A request triggers it by its `trigger`, or by a fact of that name that is true.',
      names('a trigger'),
    ),
  ),
  when: z.optional(said('A condition that triggers it too; one that cannot be told does as well.', condition())),
  required: z.optional(
    said('`false`: only where a request names it as its `checkpoint`. Left out: `true`.', yesOrNo()),
  ),
  ...stageKeys,
  criteria: z.optional(checklist()),
});

export const CheckpointsInFile = z.record(Key, CheckpointInFile);
