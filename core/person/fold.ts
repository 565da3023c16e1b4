import { digestOf } from '../canonical.ts';
import { BrokenChain } from '../fold.ts';
import type { Outcome } from '../gate.ts';
import type { PersonEntry } from './entry.ts';

/** An override somebody asked for. Times are ISO. */
export interface UsedOverride {
  /** `id` of the request. */
  request: string;
  title: string;
  justification: string;
  at: string;
}

/** A review that is still to come: of which override, by which request (their `id`s), and until when (ISO). */
export interface OwedReview {
  override: string;
  review: string;
  due: string;
}

/** What a person's log says. */
export interface PersonRecord {
  id: string;
  person: string;
  overrides: readonly UsedOverride[];
  owed: readonly OwedReview[];
  /** The entry of each command. */
  commands: ReadonlyMap<string, PersonEntry>;
  /** Number and time of the last entry, and its hash. */
  seq: number;
  at: string;
  head: string;
}

/**
 * The record that a person's log makes. Entries in order of `seq`, from 1 on. Throws `BrokenChain` where one is missing,
 * altered or out of place; returns undefined for an empty log.
 */
export function foldPerson(entries: readonly PersonEntry[]): PersonRecord | undefined {
  let record: PersonRecord | undefined;
  for (const entry of entries) record = foldPersonEntry(record, entry);
  return record;
}

/** The record after one more entry. */
export function foldPersonEntry(record: PersonRecord | undefined, entry: PersonEntry): PersonRecord {
  const { id, person, seq, prev, at } = entry;
  if (seq !== (record?.seq ?? 0) + 1) throw new BrokenChain(seq, `follows entry ${record?.seq ?? 0}`);
  if (prev !== (record?.head ?? null)) throw new BrokenChain(seq, 'does not carry the hash of the entry before it');
  if (record && (id !== record.id || person !== record.person)) throw new BrokenChain(seq, 'belongs to another person');
  if (record && at < record.at) throw new BrokenChain(seq, 'is older than the entry before it');
  const before = record ?? { id, person, overrides: [], owed: [], commands: new Map() };
  const commands = new Map(before.commands).set(entry.commandId, entry);
  return { ...before, ...changed(before, entry), commands, seq, at, head: digestOf(entry) };
}

function changed(
  { overrides, owed }: Pick<PersonRecord, 'overrides' | 'owed'>,
  entry: PersonEntry,
): Partial<Pick<PersonRecord, 'overrides' | 'owed'>> {
  switch (entry.type) {
    case 'override_used': {
      const { request, title, justification, at } = entry;
      return { overrides: [...overrides, { request, title, justification, at }] };
    }
    case 'review_owed': {
      const { override, review, due } = entry;
      // A review that ended without a judgement is followed by another: one of each override is owed.
      return { owed: [...owed.filter((one) => one.override !== override), { override, review, due }] };
    }
    case 'review_done':
      return isJudgement(entry.outcome) ? { owed: owed.filter(({ review }) => review !== entry.review) } : {};
  }
}

/** Did somebody look at it and say what they think? One that expired or was taken back is still owed. */
export function isJudgement(outcome: Outcome): boolean {
  return outcome === 'approved' || outcome === 'rejected' || outcome === 'changes_requested';
}

/** The review that has been overdue longest; undefined where none is. */
export function overdueReview(record: PersonRecord | undefined, now: string): OwedReview | undefined {
  const overdue = record?.owed.filter(({ due }) => due <= now) ?? [];
  return overdue.reduce<OwedReview | undefined>(
    (first, one) => (first && first.due <= one.due ? first : one),
    undefined,
  );
}
