import type { Entry } from '../entry.ts';
import { type Problem, type Refusal, type RefusalCode, refuse as refusalOf } from '../refusal.ts';
import type { Request, SettledRequest } from '../request.ts';

/** An entry less what its place in the log gives it. */
type Unplaced<E> = E extends Entry ? Omit<E, 'id' | 'source' | 'requestId' | 'seq' | 'at' | 'prev'> : never;
export type NewEntry = Unplaced<Entry>;

/**
 * What a command comes to: one entry to append; the entry that records it already (the command was done before);
 * or a refusal, which changes nothing.
 */
export type Decision =
  | { kind: 'append'; entry: Entry }
  | { kind: 'recorded'; entry: Entry }
  | { kind: 'refused'; refusal: Refusal };

/** The next entry of a request's log. Its time never runs backwards. */
export function append(request: Request, entry: NewEntry, now: string): Decision {
  const { id, source, requestId, head, seq } = request;
  return {
    kind: 'append',
    entry: {
      ...wholeCharacters(entry),
      id,
      source,
      requestId,
      seq: seq + 1,
      at: entryTime(request, now),
      prev: head,
    },
  };
}

/**
 * Half a character, which cutting a text to size can leave, has no canonical form: such an entry could be written, and
 * its log never be folded again.
 */
function wholeCharacters(entry: NewEntry): NewEntry {
  const whole: NewEntry = JSON.parse(JSON.stringify(entry), (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  );
  return whole;
}

export function recorded(entry: Entry): Decision {
  return { kind: 'recorded', entry };
}

/** The entry that settled a request. */
export function settlingEntry(request: SettledRequest): Entry {
  for (const entry of request.commands.values()) if (entry.seq === request.settledSeq) return entry;
  throw new Error(`request ${request.id} is settled by entry ${request.settledSeq}, which no command wrote`);
}

export function refused(code: RefusalCode, message?: string, errors?: Problem[] | string): Decision {
  return { kind: 'refused', refusal: refusalOf(code, message, errors) };
}

/** `max(now, time of the previous entry)`. */
export function entryTime(request: Request, now: string): string {
  return now > request.at ? now : request.at;
}
