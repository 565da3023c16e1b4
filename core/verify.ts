import { requestIdentity, sha256Hex } from './canonical.ts';
import { Entry, hashOf, isEntry } from './entry.ts';
import { BrokenChain, fold } from './fold.ts';
import type { Request } from './request.ts';

/** One thing that is wrong with a log. `seq` names the entry; `position` is where it stands in the export, from 1. */
export interface Finding {
  seq: number;
  position?: number;
  message: string;
}

/** What an export of one request's log proves. */
export interface Verification {
  /** Nothing was found wrong. */
  ok: boolean;
  id: string;
  /** How many entries there were. */
  entries: number;
  /** What is wrong, in order of the log. */
  findings: Finding[];
  /** What could not be looked at offline, in words. */
  unchecked: string[];
  /** Hash of the last entry; absent where there is no readable entry. */
  head?: string;
  /** The request that the log says there is; only where nothing is wrong. */
  request?: Request;
}

export interface Expected {
  /** The request it should be. */
  id?: string;
  /** A hash that this log must contain, e.g. an answer's `auditHead`: without one a log cut at its tail looks whole. */
  head?: string;
}

interface Placed {
  entry: Entry;
  position: number;
  hash: string;
}

/**
 * Verifies one request's log without a network: every entry readable, of this request, numbered without a gap, in order,
 * carrying the hash of the one before it; payloads fitting their digests; and the whole folding to a request, which says
 * that each entry could have been written where it stands: votes by who had a seat, in time, once, doing what their gate's
 * rule gives. `items` is the export, as JSON. Throws nothing: what is wrong is in `findings`.
 */
export function verifyLog(items: readonly unknown[], expected: Expected = {}): Verification {
  const findings: Finding[] = [];
  const placed: Placed[] = [];
  for (const [index, item] of items.entries()) {
    const position = index + 1;
    const hash = isEntry(item) ? hashOrNone(item) : undefined;
    if (isEntry(item) && hash !== undefined) placed.push({ entry: item, position, hash });
    else findings.push({ seq: seqOf(item) ?? position, position, message: `is not an entry: ${whyNoEntry(item)}` });
  }
  if (items.length === 0) findings.push({ seq: 1, message: 'is missing: the log is empty' });
  const first = placed.find(({ entry }) => entry.type === 'opened')?.entry ?? placed[0]?.entry;
  const id = expected.id ?? first?.id ?? '';
  const chain = inOrder(placed, findings);
  for (const one of chain) findings.push(...belongs(one, id, first));
  findings.push(...links(chain, expected.head));
  // What the chain says of itself comes first: a log that was altered folds to nothing that could be told.
  const folded = findings.length === 0 ? foldOrWhy(chain.map(({ entry }) => entry)) : undefined;
  findings.push(...substance(chain.map(({ entry }) => entry)));
  if (expected.head !== undefined && !placed.some(({ hash }) => hash === expected.head))
    findings.push({
      seq: (chain.at(-1)?.entry.seq ?? 0) + 1,
      message: `no entry has the expected hash ${expected.head}: the log was cut at its end, or its last entry altered`,
    });
  const why = folded && 'finding' in folded ? folded.finding : undefined;
  if (why && !findings.some(({ seq }) => seq === why.seq)) findings.push(why);
  findings.sort((a, b) => a.seq - b.seq);
  const head = chain.at(-1)?.hash;
  return {
    ok: findings.length === 0,
    id,
    entries: items.length,
    findings,
    unchecked: chain.flatMap(({ entry }) => elsewhere(entry)),
    ...(head !== undefined && { head }),
    ...(findings.length === 0 && folded && 'request' in folded && folded.request && { request: folded.request }),
  };
}

/** The entries by `seq`, each once; notes what stands out of order, twice, or not at all. */
function inOrder(placed: readonly Placed[], findings: Finding[]): Placed[] {
  const bySeq = new Map<number, Placed>();
  let highest = 0;
  for (const one of placed) {
    const { seq } = one.entry;
    if (bySeq.has(seq)) {
      findings.push({ seq, position: one.position, message: 'stands here a second time' });
      continue;
    }
    bySeq.set(seq, one);
    if (seq < highest)
      findings.push({ seq, position: one.position, message: `stands after entry ${highest}: the order was changed` });
    highest = Math.max(highest, seq);
  }
  const unreadable = new Set(findings.map(({ seq }) => seq));
  const chain = [...bySeq.values()].sort((a, b) => a.entry.seq - b.entry.seq);
  let before = 0;
  for (const { entry } of chain) {
    const missing = Array.from({ length: Math.min(entry.seq - before - 1, 1000) }, (_, i) => before + 1 + i);
    for (const seq of missing) if (!unreadable.has(seq)) findings.push({ seq, message: 'is missing' });
    before = entry.seq;
  }
  return chain;
}

/** Does an entry belong to this request, and is the request's id the one its source and key give? */
function belongs({ entry, position }: Placed, id: string, first: Entry | undefined): Finding[] {
  const at = { seq: entry.seq, position };
  if (entry.id !== id) return [{ ...at, message: `belongs to request ${entry.id}, not ${id}` }];
  if (first && (entry.source !== first.source || entry.requestId !== first.requestId))
    return [{ ...at, message: 'names another source or requestId than the opening does' }];
  if (entry === first && requestIdentity(entry.source, entry.requestId) !== id)
    return [{ ...at, message: 'has an id that its source and requestId do not give' }];
  return [];
}

/** The chain: each entry carries the hash of the one before it. Says which of two neighbours was altered, where that shows. */
function links(chain: readonly Placed[], head: string | undefined): Finding[] {
  const broken = (at: number): boolean => {
    const [before, after] = [chain[at - 1], chain[at]];
    return (
      before !== undefined &&
      after !== undefined &&
      after.entry.seq === before.entry.seq + 1 &&
      after.entry.prev !== before.hash
    );
  };
  return chain.flatMap((one, at): Finding[] => {
    const { entry, position } = one;
    if (entry.seq === 1 && entry.prev !== null)
      return [{ seq: 1, position, message: 'is the first, and yet carries the hash of one before it' }];
    if (!broken(at)) return [];
    const before = chain[at - 1];
    // An entry that fits neither neighbour was altered itself; one that its successor vouches for was not.
    if (broken(at + 1))
      return [{ seq: entry.seq, position, message: 'was altered: it fits neither of its neighbours' }];
    if (!before || broken(at - 1)) return [];
    const vouched = chain[at + 1]?.entry.prev === one.hash || head === one.hash;
    const message = vouched
      ? `was altered: entry ${entry.seq} carries another hash for it (${entry.prev})`
      : `was altered, or the hash that entry ${entry.seq} carries was forged (${entry.prev})`;
    return [{ seq: before.entry.seq, position: before.position, message }];
  });
}

/** What the entries say, held against each other: payload and digest, and who reports. What decides, folding looks at. */
function substance(entries: readonly Entry[]): Finding[] {
  const findings: Finding[] = [];
  const asked = new Set<string>();
  const reporters = new Set<string>();
  let at = '';
  for (const entry of entries) {
    const say = (message: string) => findings.push({ seq: entry.seq, message });
    if (entry.at < at) say('is older than the entry before it');
    at = entry.at;
    if (entry.type === 'opened' || entry.type === 'round_opened') {
      if ('text' in entry.payload && sha256Hex(entry.payload.text) !== entry.digest)
        say('has a payload that does not fit its digest');
      if ('ref' in entry.payload && entry.payload.ref.digest !== entry.digest)
        say('points at a payload with another digest');
    }
    for (const { person } of newlyAsked(entry)) asked.add(person);
    if (entry.type === 'reported') {
      if (!asked.has(entry.person)) say(`is a report by ${entry.by}, who was not asked`);
      if (reporters.has(entry.person)) say(`is a second report by ${entry.by}`);
      reporters.add(entry.person);
    }
  }
  return findings;
}

/** Whom an entry gives a seat. */
function newlyAsked(entry: Entry): readonly { person: string }[] {
  if (entry.type === 'delegated') return [entry.to];
  return entry.type === 'opened' || entry.type === 'round_opened'
    ? entry.gate.stages.flatMap(({ approvers }) => approvers)
    : [];
}

function elsewhere(entry: Entry): string[] {
  if (entry.type !== 'opened' && entry.type !== 'round_opened') return [];
  return 'ref' in entry.payload
    ? [`the payload of round ${entry.round} (${entry.payload.bytes} bytes): it is stored apart, under its digest`]
    : [];
}

function foldOrWhy(entries: readonly Entry[]): { request: Request | undefined } | { finding: Finding } {
  try {
    return { request: fold(entries) };
  } catch (error) {
    if (error instanceof BrokenChain)
      return { finding: { seq: error.seq, message: error.message.replace(/^entry \d+: /, '') } };
    throw error;
  }
}

/** Undefined where an entry holds what has no canonical form, which nothing of ours ever wrote. */
function hashOrNone(entry: Entry): string | undefined {
  try {
    return hashOf(entry);
  } catch {
    return undefined;
  }
}

function seqOf(item: unknown): number | undefined {
  return typeof item === 'object' && item !== null && 'seq' in item && Number.isInteger(item.seq)
    ? Number(item.seq)
    : undefined;
}

function whyNoEntry(item: unknown): string {
  const read = Entry.safeParse(item);
  const issue = read.success ? undefined : read.error.issues[0];
  if (!issue) return 'it has no canonical form';
  const path = issue.path.join('.');
  return path === 'type' ? 'it is of a type that this version does not know' : `${path || 'it'}: ${issue.message}`;
}
