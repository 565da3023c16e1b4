import { personLogId } from '../canonical.ts';
import { BrokenChain } from '../fold.ts';
import type { Expected, Finding, Verification } from '../verify.ts';
import { isPersonEntry } from './entry.ts';
import { foldPersonEntry, type PersonRecord } from './fold.ts';

/** What an export of a person's log proves; the record it makes, where nothing is wrong. */
export type PersonVerification = Omit<Verification, 'request'> & { record?: PersonRecord };

/**
 * Verifies a person's log without a network: every entry readable, of this person, numbered without a gap, in order,
 * carrying the hash of the one before it. `items` is the export, as JSON. Throws nothing; the first thing that is wrong is
 * the finding, for what follows it proves nothing.
 */
export function verifyPersonLog(items: readonly unknown[], expected: Expected = {}): PersonVerification {
  let record: PersonRecord | undefined;
  let finding: Finding | undefined =
    items.length === 0 ? { seq: 1, message: 'is missing: the log is empty' } : undefined;
  const heads = new Set<string>();
  for (const [index, item] of items.entries()) {
    const next = after(record, item, index + 1);
    if ('finding' in next) {
      finding = next.finding;
      break;
    }
    record = next.record;
    heads.add(record.head);
  }
  finding ??= record && wrongOwner(record, expected);
  if (!finding && expected.head !== undefined && !heads.has(expected.head))
    finding = {
      seq: (record?.seq ?? 0) + 1,
      message: `no entry has the expected hash ${expected.head}: the log was cut at its end, or its last entry altered`,
    };
  return {
    ok: finding === undefined,
    id: expected.id ?? record?.id ?? '',
    entries: items.length,
    findings: finding ? [finding] : [],
    unchecked: [],
    ...(record && { head: record.head }),
    ...(record && !finding && { record }),
  };
}

function after(
  record: PersonRecord | undefined,
  item: unknown,
  position: number,
): { record: PersonRecord } | { finding: Finding } {
  if (!isPersonEntry(item)) return { finding: { seq: position, position, message: 'is not an entry of a person' } };
  try {
    return { record: foldPersonEntry(record, item) };
  } catch (error) {
    if (!(error instanceof BrokenChain)) throw error;
    return { finding: { seq: error.seq, position, message: error.message.replace(/^entry \d+: /, '') } };
  }
}

function wrongOwner(record: PersonRecord, { id }: Expected): Finding | undefined {
  if (personLogId(record.person) !== record.id)
    return { seq: 1, message: `is of ${record.person}, whose log has another id` };
  return id === undefined || id === record.id ? undefined : { seq: 1, message: `belongs to ${record.id}, not ${id}` };
}
