import { readFileSync } from 'node:fs';
import { answerOf } from '../../../core/answer.ts';
import { type Entry, isEntry } from '../../../core/entry.ts';
import { verifyLog } from '../../../core/verify.ts';
import { after, approve, inStatus, reissue, when } from '../../support/core-fixtures.ts';

/** What each earlier version left open, as DynamoDB keeps it. Never edited: a file joins them when a version is released. */
const kept: { file: string; head: string }[] = [
  { file: 'opened-by-0.1.0.json', head: 'ed454b59a87f7fb9be70efa40be624a90413e2a648bfabb626616541d39acac7' },
];

const now = '2026-11-22T11:00:00.000Z';

/** The log, its request, and a vote by the first who was asked, through the link of a generation. */
function opened(file: string) {
  const { id, entries } = JSON.parse(readFileSync(`test/cloud/service/fixtures/${file}`, 'utf8'));
  const log: Entry[] = entries.filter(isEntry);
  const request = inStatus(log, 'pending');
  const [seat] = request.round.gate.stages[0]?.approvers ?? [];
  const { shownDigest } = request.round;
  const vote = (generation: number) => approve(seat?.person ?? '', { at: { id, generation }, shownDigest });
  return { id, entries, log, request, seat, vote };
}

describe.each(kept)('R43 a request that an earlier version opened ($file)', ({ file, head }) => {
  test('is read whole, under the hash it had then: what was chained to it stays so', () => {
    const { id, entries, log, request } = opened(file);
    expect(log).toHaveLength(entries.length);
    expect(request).toMatchObject({ id, head, seq: entries.length });
    expect(verifyLog(entries, { id })).toMatchObject({ ok: true, findings: [], head });
  });

  test('is decided by the link that was mailed then, and the whole verifies', () => {
    const { id, log, request, seat, vote } = opened(file);
    const settled = after(log, vote(1), now);
    expect(answerOf(inStatus(settled, 'settled'), undefined)).toMatchObject({
      id,
      outcome: 'approved',
      digest: request.round.digest,
      decisions: [{ by: seat?.address, answer: 'approve', at: now }],
    });
    expect(verifyLog(settled, { id, head })).toMatchObject({ ok: true, findings: [] });
  });

  test('takes new links, and then no longer the old ones', () => {
    const { log, vote } = opened(file);
    const reissued = after(log, reissue(), now);
    expect(when(reissued, vote(1), now)).toMatchObject({ kind: 'refused', refusal: { code: 'link_reissued' } });
    expect(inStatus(after(reissued, vote(2), now), 'settled').outcome).toBe('approved');
  });
});
