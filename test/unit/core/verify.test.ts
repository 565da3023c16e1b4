import fc from 'fast-check';
import { digestOf, requestIdentity } from '../../../core/canonical.ts';
import type { Entry } from '../../../core/entry.ts';
import { hashOf } from '../../../core/entry.ts';
import { verifyLog } from '../../../core/verify.ts';
import { approve, approver, delegate, gates, given, open, report, task } from '../../support/core-fixtures.ts';
import { aLog, chained, nth } from './a-log.ts';

const copy = (log: readonly Entry[]): Entry[] => structuredClone([...log]);

describe('a log as it was written', () => {
  test('R35 verifies, and says which request it is, how it ended and what its last hash is', () => {
    const log = aLog();
    const verified = verifyLog(log);
    expect(verified).toMatchObject({ ok: true, findings: [], entries: log.length, unchecked: [] });
    expect(verified.request).toMatchObject({ status: 'settled', outcome: 'approved' });
    expect(verified.head).toBe(hashOf(nth(log, -1)));
  });

  test('verifies after a journey through JSON, and with keys that this version does not know', () => {
    const [opening, ...rest] = [nth(aLog(), 0), ...aLog().slice(1)];
    const log = chained([Object.assign({ ...opening }, { later: { version: 2 } }), ...rest]);
    expect(verifyLog(JSON.parse(JSON.stringify(log))).ok).toBe(true);
    const altered = copy(log);
    Object.assign(nth(altered, 0), { later: { version: 3 } });
    expect(verifyLog(altered).findings).toMatchObject([{ seq: 1 }]);
  });

  test('every prefix of it verifies by itself, and none once its last hash is known', () => {
    const log = aLog();
    for (let length = 1; length < log.length; length++) {
      expect(verifyLog(log.slice(0, length)).ok).toBe(true);
      const cut = verifyLog(log.slice(0, length), { head: hashOf(nth(log, -1)) });
      expect(cut.ok).toBe(false);
      expect(cut.findings).toMatchObject([{ seq: length + 1, message: expect.stringContaining('cut at its end') }]);
    }
  });

  test('says which payloads it could not look at', () => {
    const digest = digestOf('x');
    const ref = { bucket: 'b', key: 'k', versionId: 'v', digest };
    const [opening, ...rest] = [nth(aLog(), 0), ...aLog().slice(1)];
    const log = chained([
      { ...opening, payload: { ref, bytes: 9000 }, digest } as Entry,
      ...rest.map((entry) => (entry.type === 'decided' ? { ...entry, digest } : entry)),
    ]);
    expect(verifyLog(log)).toMatchObject({ ok: true, unchecked: [expect.stringContaining('round 1 (9000 bytes)')] });
  });
});

describe('R35 a log that was tampered with does not verify, and the entry is named', () => {
  test('an entry edited in the middle', () => {
    const log = copy(aLog());
    Object.assign(nth(log, 2), { comment: 'never said' });
    expect(verifyLog(log).findings).toMatchObject([
      { seq: 3, position: 3, message: expect.stringContaining('was altered: entry 4 carries another hash') },
    ]);
  });

  test('the last entry edited, where its hash is known', () => {
    const log = copy(aLog());
    const head = hashOf(nth(log, -1));
    Object.assign(nth(log, -1), { result: 'gone' });
    expect(verifyLog(log, { head }).ok).toBe(false);
  });

  test('an entry cut out of the middle', () => {
    const log = aLog();
    expect(verifyLog(log.toSpliced(2, 1)).findings).toMatchObject([{ seq: 3, message: 'is missing' }]);
  });

  test('the opening cut off', () => {
    expect(verifyLog(aLog().slice(1)).findings).toMatchObject([{ seq: 1, message: 'is missing' }]);
  });

  test('an entry cut out and the rest numbered anew', () => {
    const log = copy(aLog())
      .toSpliced(2, 1)
      .map((entry, index) => ({ ...entry, seq: index + 1 }));
    expect(verifyLog(log).ok).toBe(false);
    expect(verifyLog(log).findings[0]?.seq).toBe(3);
  });

  test('two entries exchanged', () => {
    const log = aLog();
    const [one, two] = [nth(log, 1), nth(log, 2)];
    expect(verifyLog(log.with(1, two).with(2, one)).findings).toMatchObject([
      { seq: 2, position: 3, message: expect.stringContaining('stands after entry 3') },
    ]);
  });

  test('an entry standing there twice', () => {
    const log = aLog();
    expect(verifyLog([...log, nth(log, 1)]).findings).toMatchObject([{ seq: 2, position: log.length + 1 }]);
  });

  test('a forged hash', () => {
    const log = copy(aLog());
    nth(log, 2).prev = digestOf('forged');
    expect(verifyLog(log).findings).toMatchObject([{ seq: 3, message: expect.stringContaining('neither') }]);
  });

  test('a forged hash in the last entry is told apart from an altered one before it where the last hash is known', () => {
    const log = copy(aLog());
    const head = hashOf(nth(log, -1));
    Object.assign(nth(log, -2), { comment: 'never said' });
    expect(verifyLog(log).findings).toMatchObject([{ message: expect.stringContaining('or the hash') }]);
    expect(verifyLog(log, { head }).findings).toMatchObject([
      { seq: log.length - 1, message: expect.stringMatching(/^was altered: /) },
    ]);
  });

  test('an opening that claims to follow something', () => {
    const log = copy(aLog());
    nth(log, 0).prev = digestOf('before');
    expect(verifyLog(chained(log, digestOf('before'))).findings).toMatchObject([{ seq: 1 }]);
  });

  test('the log of another request', () => {
    const log = aLog();
    expect(verifyLog(log, { id: requestIdentity('iam:other', 'key') }).findings[0]).toMatchObject({
      seq: 1,
      message: expect.stringContaining('belongs to request'),
    });
  });

  test("an entry of another request among them, chained as if it were this one's", () => {
    const log = copy(aLog());
    nth(log, 1).id = requestIdentity('iam:other', 'key');
    expect(verifyLog(chained(log)).findings).toMatchObject([{ seq: 2, message: expect.stringContaining('belongs') }]);
  });

  test('an id that source and key do not give, the chain made anew', () => {
    const log = copy(aLog()).map((entry) => ({ ...entry, requestId: 'another' }));
    expect(verifyLog(chained(log)).findings).toMatchObject([{ seq: 1, message: expect.stringContaining('id') }]);
  });

  test('a payload exchanged, the chain made anew', () => {
    const log = copy(aLog());
    Object.assign(nth(log, 0), { payload: { text: '{"version":"6.6.6"}' } });
    expect(verifyLog(chained(log)).findings).toMatchObject([{ seq: 1, message: expect.stringContaining('digest') }]);
  });

  test('a vote moved onto another payload, given to a stranger or to the requester, the chain made anew', () => {
    const changed = (change: object) => {
      const log = copy(aLog());
      Object.assign(nth(log, 2), change);
      return verifyLog(chained(log)).findings;
    };
    expect(changed({ digest: digestOf('other') })).toMatchObject([
      { seq: 3, message: expect.stringMatching(/something else/) },
    ]);
    expect(changed({ by: 'eve@example.com' })).toMatchObject([{ seq: 3, message: expect.stringMatching(/not asked/) }]);
    expect(changed({ person: 'alice' })).toMatchObject([{ seq: 3, message: expect.stringMatching(/not asked/) }]);
  });

  test('R6 W4 a seat handed on to who asked for it, and a vote of who joined in asking, the chain made anew', () => {
    const handed = given(gates.handable, delegate('bob', 'frank'), approve('frank'));
    const forged = copy(handed);
    Object.assign(nth(forged, 1), { to: approver('alice') });
    expect(verifyLog(handed).findings).toEqual([]);
    expect(verifyLog(chained(forged)).findings).toMatchObject([
      { seq: 2, message: 'hands a seat on to alice@example.com, who asked for this or wrote it' },
    ]);
    const asking = (person?: string) =>
      open(gates.one, {
        commandId: 'join',
        tasks: [task('2')],
        verified: { via: 'api', account: '000000000000', ...(person !== undefined && { person }) },
      });
    const joined = given(gates.handable, asking('zoe'), approve('bob'));
    expect(verifyLog(joined).findings).toEqual([]);
    const barred = copy(joined);
    Object.assign(nth(barred, 1), { verified: { via: 'api', account: '000000000000', person: 'bob' } });
    expect(verifyLog(chained(barred)).findings).toMatchObject([
      { seq: 3, message: expect.stringMatching(/asked for this/) },
    ]);
  });

  test('R42 a report by somebody who was not asked, and a second one, the chain made anew', () => {
    const log = given(gates.handable, delegate('bob', 'frank'), report('frank'), report('bob'), report('carol'));
    expect(verifyLog(log).findings).toEqual([]);
    const findings = (person: string) => {
      const forged = copy(log);
      Object.assign(nth(forged, 4), { person, by: `${person}@example.com` });
      return verifyLog(chained(forged)).findings;
    };
    expect(findings('mallory')).toMatchObject([
      { seq: 5, message: 'is a report by mallory@example.com, who was not asked' },
    ]);
    expect(findings('frank')).toMatchObject([{ seq: 5, message: 'is a second report by frank@example.com' }]);
  });

  test('a vote after the end, the chain made anew', () => {
    const log = aLog();
    expect(verifyLog(chained([...log, { ...nth(log, 2), at: nth(log, -1).at }])).findings).toMatchObject([
      { seq: log.length + 1, message: expect.stringContaining('after the request was settled') },
    ]);
  });

  test('an entry dated back, the chain made anew', () => {
    const log = copy(aLog());
    nth(log, 2).at = '2020-01-01T00:00:00.000Z';
    expect(verifyLog(chained(log)).findings).toMatchObject([{ seq: 3, message: expect.stringMatching(/older/) }]);
  });

  test('what is no entry at all, and an empty log', () => {
    const log: unknown[] = [...aLog()];
    log[1] = { ...aLog()[1], type: 'blessed' };
    expect(verifyLog(log).findings).toMatchObject([
      { seq: 2, message: expect.stringMatching(/of a type that this version does not know/) },
    ]);
    expect(verifyLog([null, 7]).ok).toBe(false);
    expect(verifyLog([])).toMatchObject({ ok: false, findings: [{ seq: 1, message: expect.stringMatching(/empty/) }] });
  });

  test('any change of any value in any entry but the last, and in the last where its hash is known', () => {
    const log = aLog();
    const head = hashOf(nth(log, -1));
    const changes = log.flatMap((entry, index) => Object.keys(entry).map((key) => ({ index, key })));
    fc.assert(
      fc.property(fc.constantFrom(...changes), fc.json(), ({ index, key }, text) => {
        const value = JSON.parse(text);
        const before = (log[index] as Record<string, unknown>)[key];
        fc.pre(digestOf(value) !== digestOf(before ?? null));
        const altered = copy(log);
        Object.assign(nth(altered, index), { [key]: value });
        expect(verifyLog(altered, { head }).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('any other order, and any part left out but the tail', () => {
    const log = aLog();
    fc.assert(
      fc.property(fc.shuffledSubarray(log), (some) => {
        fc.pre(some.some((entry, index) => entry !== log[index]));
        expect(verifyLog(some).ok).toBe(false);
      }),
    );
  });
});
