import { personLogId } from '../canonical.ts';
import type { Outcome } from '../gate.ts';
import { limits } from '../limits.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { utcInWords } from '../review-words.ts';
import type { PersonEntry } from './entry.ts';
import { overdueReview, type PersonRecord } from './fold.ts';

/** What can be asked of a person's log. Each is done once, however often it is asked. */
export type PersonCommand =
  /** They ask for an override. Refused while a review of theirs is overdue. */
  | { type: 'use_override'; request: string; title: string; justification: string }
  /** An override of theirs took effect. */
  | { type: 'owe_review'; override: string; review: string; due: string }
  /** A review has ended. */
  | { type: 'end_review'; review: string; outcome: Outcome };

export type PersonDecision =
  | { kind: 'append' | 'recorded'; entry: PersonEntry }
  | { kind: 'refused'; refusal: Refusal };

type Unplaced<E> = E extends PersonEntry ? Omit<E, 'id' | 'person' | 'seq' | 'at' | 'prev' | 'commandId'> : never;

/** What a command comes to, given the record as the person's log says it is (none yet: undefined), and the time. Pure. */
export function decidePerson(
  record: PersonRecord | undefined,
  person: string,
  command: PersonCommand,
  now: string,
): PersonDecision {
  // Clocks differ, and the log's time never runs backwards.
  const at = record && record.at > now ? record.at : now;
  // Asked again after a crash, it may have become overdue meanwhile: the request is not open yet, so it is refused.
  const overdue = command.type === 'use_override' ? overrideBlocked(record, at) : undefined;
  if (overdue) return { kind: 'refused', refusal: overdue };
  const commandId = commandIdOf(command);
  const before = record?.commands.get(commandId);
  if (before) return { kind: 'recorded', entry: before };
  const append = (entry: Unplaced<PersonEntry>): PersonDecision => ({
    kind: 'append',
    entry: {
      ...entry,
      id: personLogId(person),
      person,
      commandId,
      seq: (record?.seq ?? 0) + 1,
      at,
      prev: record?.head ?? null,
    },
  });
  switch (command.type) {
    case 'use_override': {
      if (usedLately(record, at) >= limits.overridesPerDay) {
        const message = `There have been ${limits.overridesPerDay} emergency overrides by the same person within a day.`;
        return { kind: 'refused', refusal: refuse('too_many', message, 'override') };
      }
      const { request, title, justification } = command;
      return append({ type: 'override_used', request, title, justification });
    }
    case 'owe_review': {
      const { override, review, due } = command;
      return append({ type: 'review_owed', override, review, due });
    }
    case 'end_review': {
      const { review, outcome } = command;
      return append({ type: 'review_done', review, outcome });
    }
  }
}

function commandIdOf(command: PersonCommand): string {
  switch (command.type) {
    case 'use_override':
      return `override:${command.request}`;
    case 'owe_review':
      return `owed:${command.review}`;
    case 'end_review':
      return `done:${command.review}`;
  }
}

/** The refusal of an override while a review of an earlier one is overdue; undefined where none is. */
export function overrideBlocked(record: PersonRecord | undefined, now: string): Refusal | undefined {
  const overdue = overdueReview(record, now);
  if (!overdue) return undefined;
  const title = record?.overrides.find(({ request }) => request === overdue.override)?.title;
  const of = title === undefined ? overdue.override : `'${title}'`;
  return refuse(
    'override_blocked',
    `The review of an earlier emergency override (${of}) has been overdue since ${utcInWords(overdue.due)}. ` +
      `There is no other override for the same person until request ${overdue.review} is decided.`,
    'override',
  );
}

function usedLately(record: PersonRecord | undefined, now: string): number {
  const dayAgo = new Date(Date.parse(now) - 24 * 3600_000).toISOString();
  return record?.overrides.filter(({ at }) => at > dayAgo).length ?? 0;
}
