import * as z from 'zod/mini';
import { digestOf } from './canonical.ts';
import * as deciding from './entries/deciding.ts';
import * as ending from './entries/ending.ts';
import * as noting from './entries/noting.ts';
import * as opening from './entries/opening.ts';
import * as windows from './entries/windows.ts';

export { PayloadRef, StoredPayload, TaskRef } from './entries/common.ts';

export const Entry = z.lazy(() =>
  z.discriminatedUnion('type', [
    opening.Opened,
    opening.Joined,
    opening.Left,
    deciding.Decided,
    deciding.Delegated,
    deciding.Withdrawn,
    deciding.Commented,
    deciding.Reported,
    ending.Cancelled,
    ending.Expired,
    ending.TookEffect,
    opening.RoundOpened,
    noting.LinksReissued,
    deciding.AttemptRefused,
    noting.TaskAnswered,
    noting.NotNotified,
    noting.FoundUnreachable,
    noting.ReviewOpened,
    windows.WindowAnnounced,
    windows.LetThrough,
    windows.WindowEnded,
  ]),
);
export type Entry = z.infer<typeof Entry>;
export type EntryOf<T extends Entry['type']> = Extract<Entry, { type: T }>;
export type Opened = EntryOf<'opened'>;
export type Decided = EntryOf<'decided'>;

/** Each kind by its `type`. A schema is made when the first entry of its kind is read: a vote meets few of them. */
const kinds: Record<string, z.ZodMiniType> = {
  opened: opening.Opened,
  joined: opening.Joined,
  left: opening.Left,
  decided: deciding.Decided,
  delegated: deciding.Delegated,
  withdrawn: deciding.Withdrawn,
  commented: deciding.Commented,
  reported: deciding.Reported,
  cancelled: ending.Cancelled,
  expired: ending.Expired,
  took_effect: ending.TookEffect,
  round_opened: opening.RoundOpened,
  links_reissued: noting.LinksReissued,
  attempt_refused: deciding.AttemptRefused,
  task_answered: noting.TaskAnswered,
  not_notified: noting.NotNotified,
  found_unreachable: noting.FoundUnreachable,
  review_opened: noting.ReviewOpened,
  window_announced: windows.WindowAnnounced,
  let_through: windows.LetThrough,
  window_ended: windows.WindowEnded,
} satisfies Record<Entry['type'], z.ZodMiniType>;

/** Is this stored item an entry? Keys this version does not know stay where they are: the hash covers them. */
export function isEntry(item: unknown): item is Entry {
  const type = typeof item === 'object' && item !== null && 'type' in item ? item.type : undefined;
  return typeof type === 'string' && Object.hasOwn(kinds, type) && (kinds[type]?.safeParse(item).success ?? false);
}

/** An entry's hash: SHA-256 of its canonical form, over everything stored. */
export function hashOf(entry: Entry): string {
  return digestOf(entry);
}
