import fc from 'fast-check';
import { answerOf, causeOf, errorOf } from '../../../core/answer.ts';
import { decide } from '../../../core/decide/decide.ts';
import { type Entry, hashOf } from '../../../core/entry.ts';
import { fold, foldEntry } from '../../../core/fold.ts';
import type { Gate } from '../../../core/gate.ts';
import { limits } from '../../../core/limits.ts';
import { reactionsTo } from '../../../core/reactions.ts';
import { type Request, windowOf } from '../../../core/request.ts';
import { verifyLog } from '../../../core/verify.ts';
import { answered, fallDue, minute, shown, vote } from '../../support/core-fixtures.ts';
import { run, type Step, steps } from '../../support/core-runs.ts';
import { isMet, onPaper } from '../../support/paper-stage.ts';
import { someGate } from '../../support/some-gates.ts';

const settles = (entry: Entry): boolean =>
  'outcome' in entry && entry.outcome !== undefined && !(entry.type === 'decided' && entry.effect === 'granted');

const property = (check: (gate: Gate, todo: Step[]) => void, numRuns = 80) =>
  fc.assert(fc.property(someGate, steps, check), { numRuns });

describe('whatever comes, in whatever order, twice, late, or after somebody else', () => {
  test('R4 R7 R15 the request is what a naive reading of the rules says, after every step', () => {
    property((gate, todo) => {
      run(gate, todo, ({ request, paper }) => {
        expect([request.status, request.status === 'pending' ? undefined : request.outcome]).toEqual([
          paper.status,
          paper.outcome,
        ]);
        expect([request.round.round, request.round.stage]).toEqual([paper.round, paper.stage]);
        const counted = request.round.votes.flatMap((one) =>
          one.vote ? [`${one.stage}/${one.person} ${one.vote}`] : [],
        );
        expect(counted.sort()).toEqual(paper.votes.map((one) => `${one.stage}/${one.person} ${one.vote}`).sort());
        expect(request.round.gate.stages.map((one) => one.approvers.map(({ person }) => person))).toEqual(
          paper.stages.map(({ seats }) => seats.map(({ person }) => person)),
        );
        expect(Object.fromEntries(request.tasks.map(({ key, state }) => [key, state]))).toEqual(
          Object.fromEntries([...paper.tasks].map(([key, { state }]) => [key, state])),
        );
      });
    });
  });

  test('the log is whole: gapless, chained, never back in time, each command once, every prefix of it a request', () => {
    property((gate, todo) => {
      const { log, request } = run(gate, todo);
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1));
      log.forEach((entry, i) => {
        const before = log[i - 1];
        expect(entry.prev).toBe(before ? hashOf(before) : null);
        if (before) expect(entry.at >= before.at).toBe(true);
        expect(fold(log.slice(0, i + 1))).toMatchObject({ seq: i + 1, head: hashOf(entry) });
      });
      expect(new Set(log.map(({ commandId }) => commandId)).size).toBe(log.length);
      expect(fold(JSON.parse(JSON.stringify(log)))).toEqual(request);
    }, 150);
  });

  test('R4 one entry settles, and after it come only tasks and notes', () => {
    property((gate, todo) => {
      const { log, request } = run(gate, todo);
      const settling = log.filter(settles);
      expect(settling).toHaveLength(request.status === 'settled' ? 1 : 0);
      if (request.status !== 'settled') return;
      expect(request).toMatchObject({ settledSeq: settling[0]?.seq, settledHead: settling[0] && hashOf(settling[0]) });
      const later = log.slice(request.settledSeq).map(({ type }) => type);
      const allowed = ['joined', 'left', 'task_answered', 'attempt_refused', 'not_notified'];
      expect(later.filter((type) => !allowed.includes(type))).toEqual([]);
    });
  });

  test('R6 R7 R18 R19 whoever decided was asked, in time, in turn, once in their stage, and neither asked for it nor wrote it', () => {
    property((gate, todo) => {
      const { log } = run(gate, todo);
      const began = { at: '', timeout: 0 };
      const excluded = ['alice', 'erin'];
      const seen = new Set<string>();
      let stages = gate.stages.map(onPaper);
      const begin = (at: string, index: number) =>
        Object.assign(began, { at, timeout: stages[index]?.plan.timeout ?? 0 });
      for (const entry of log) {
        if (entry.type === 'opened') begin(entry.at, 0);
        if (entry.type === 'joined' && entry.verified.person) excluded.push(entry.verified.person);
        if (entry.type === 'round_opened') {
          stages = entry.gate.stages.map(onPaper);
          begin(entry.at, entry.stage);
          expect(excluded).not.toContain(entry.edited?.person);
        }
        if (entry.type !== 'decided' && entry.type !== 'delegated') continue;
        const seat = stages[entry.stage]?.seats.find(({ person }) => person === entry.person);
        expect(seat?.before.filter((one) => excluded.includes(one))).toEqual([]);
        expect([...excluded, 'mallory']).not.toContain(entry.person);
        expect(entry.by).toBe(`${entry.person}@example.com`);
        expect(Date.parse(entry.at)).toBeLessThan(Date.parse(began.at) + began.timeout * 1000);
        if (entry.type === 'delegated') {
          const held = stages[entry.stage]?.seats.flatMap(({ person, before }) => [person, ...before]);
          expect([...excluded, ...(held ?? [])]).not.toContain(entry.to.person);
          seat?.before.push(seat.person);
          if (seat) seat.person = entry.to.person;
          expect(seat?.before.length).toBeLessThanOrEqual(3);
          continue;
        }
        expect(entry.eligible).toEqual(stages[entry.stage]?.seats.map(({ person }) => `${person}@example.com`));
        expect(seen).not.toContain(`${entry.round}/${entry.stage}/${entry.person}`);
        seen.add(`${entry.round}/${entry.stage}/${entry.person}`);
        expect(entry.shownDigest).toBe(shown(entry.round));
        if (entry.effect === 'stage_passed') begin(entry.at, entry.stage + 1);
      }
    });
  });

  test('R6 R7 R8 R18 W4 what is let through, every stage of its gate agreed to: enough humans, each once, for this payload', () => {
    let through = 0;
    property((gate, todo) => {
      const { log, request } = run(gate, todo);
      if (request.status !== 'settled' || !['approved', 'bypassed'].includes(request.outcome)) return;
      through += 1;
      const { round, excluded } = request;
      round.gate.stages.forEach((stage, index) => {
        const agreed = round.votes.filter((vote) => vote.stage === index && vote.vote === 'for');
        const people = agreed.map(({ person }) => person);
        // The gate as it is now names in its groups whoever has the seat now.
        expect(isMet(onPaper(stage), people)).toBe(true);
        expect(new Set(people).size).toBe(people.length);
        const behind = agreed.flatMap(({ person, via = [] }) => [person, ...via]);
        expect(new Set(behind).size).toBe(behind.length);
        expect(behind.filter((person) => excluded.people.includes(person))).toEqual([]);
        for (const { seq, confirmed = [] } of agreed) {
          expect(confirmed.length).toBeGreaterThanOrEqual(stage.criteria?.length ?? 0);
          expect(log[seq - 1]).toMatchObject({ type: 'decided', digest: round.digest });
        }
      });
      const { until } = windowOf(round);
      expect(until === undefined || request.settledAt <= until).toBe(true);
      const { from } = windowOf(round);
      expect(from === undefined || request.settledAt >= from).toBe(true);
    }, 400);
    expect(through).toBeGreaterThan(20);
  });

  test('R23 the reactions are a function of the request, and ask only who may still answer', () => {
    property((gate, todo) => {
      run(gate, todo, ({ request, paper, log }) => {
        const reactions = reactionsTo(request);
        const asks = reactions.mails.filter(({ kind }) => kind === 'ask');
        expect(asks.map((mail) => mail.kind === 'ask' && mail.approver.person)).toEqual(paper.asked());
        for (const mail of asks)
          if (mail.kind === 'ask') {
            const { round, stage: index, generation, approver, expires } = mail;
            expect([round, index, Date.parse(expires)]).toEqual([paper.round, paper.stage, paper.deadline()]);
            // The link that would be mailed is one that may answer.
            const confirmed = (paper.openStage().plan.criteria ?? []).map((_, i) => i);
            const at = { round, stage: index, generation };
            const cast = vote(approver.person, 'approve', { at, confirmed, comment: 'because' });
            const decision = decide(request, cast, log.at(-1)?.at ?? '');
            const barred = paper.isBarred(approver.person) || paper.deadline() <= paper.last;
            expect(decision.kind).toBe(barred ? 'refused' : 'append');
          }
        expect(new Set(reactions.mails.map(({ mail }) => mail)).size).toBe(reactions.mails.length);
        for (const { since } of reactions.mails) expect(since).toBeLessThanOrEqual(request.seq);
        expect(reactions.timer === undefined).toBe(request.status === 'settled');
        const settled = request.status === 'settled' ? [request.settledSeq] : [];
        const bypassed = paper.outcome === 'bypassed' ? settled : [];
        expect(reactions.events.map(({ seq }) => seq)).toEqual([1, ...settled, ...bypassed]);
        const waiting = [...paper.tasks].filter(([, one]) => one.state === 'waiting').map(([key]) => key);
        const owed = reactions.resume?.tasks.map(({ key }) => key) ?? [];
        expect([...owed].sort()).toEqual(request.status === 'settled' ? waiting.sort() : []);
        expect(reactions.open).toBe(request.status !== 'settled' || owed.length > 0 || bypassed.length > 0);
        expect(reactionsTo(structuredCloneOf(log))).toEqual(reactions);
      });
    }, 40);
  });

  test('R53 R54 R59 once settled, every waiting task is answered exactly once, and only an approval lets work go on', () => {
    property((gate, todo) => {
      const { log, request: reached } = run(gate, todo);
      let request: Request = reached;
      const settle = decide(request, fallDue, minute(1e6));
      if (settle.kind === 'append') {
        log.push(settle.entry);
        request = foldEntry(request, settle.entry);
      }
      if (request.status !== 'settled') throw new Error('a request that never ends');
      const approved = log.find(settles);
      const lets = errorOf(request.outcome) === undefined;
      expect(lets).toBe(
        approved !== undefined && 'outcome' in approved && ['approved', 'bypassed'].includes(approved.outcome ?? ''),
      );
      const answer = answerOf(request, { approved: true, outcome: 'approved' });
      expect('payload' in answer).toBe(lets);
      expect(answer.auditHead).toBe(approved && hashOf(approved));
      expect(causeOf(answer).length).toBeLessThanOrEqual(limits.cause);
      for (const { key } of reactionsTo(request).resume?.tasks ?? []) {
        const note = decide(request, answered(key), minute(1e6));
        if (note.kind !== 'append') throw new Error(`the answer to ${key} was not recorded`);
        log.push(note.entry);
        request = foldEntry(request, note.entry);
      }
      expect(reactionsTo(request).resume).toBeUndefined();
      const told = log.flatMap((entry) => (entry.type === 'task_answered' ? [entry.task] : []));
      expect(new Set(told).size).toBe(told.length);
      const ever = log.flatMap((entry) => ('tasks' in entry ? entry.tasks.map(({ key }) => key) : []));
      const left = log.flatMap((entry) => (entry.type === 'left' ? [entry.task] : []));
      expect(new Set([...told, ...left])).toEqual(new Set(ever));
    });
  });

  test('R35 every log there can be verifies', () => {
    property((gate, todo) => {
      const { log } = run(gate, todo);
      expect(verifyLog(log).findings).toEqual([]);
    }, 80);
  });

  test('the generators reach everything: each command appended, and each refusal they are meant to provoke', () => {
    const taken = new Set<string>();
    fc.assert(
      fc.property(someGate, steps, (gate, todo) => {
        for (const one of run(gate, todo).taken) taken.add(one);
      }),
      { numRuns: 600, seed: 1 },
    );
    const commands = [
      'open',
      'leave',
      'vote',
      'comment',
      'cancel',
      'fall_due',
      'reissue',
      'open_round',
      'delegate',
      'withdraw',
    ];
    const notes = ['note_answered', 'note_not_notified', 'note_refused'];
    const appended = [...commands, ...notes].map((type) => `${type} append`);
    const recorded = [...commands, 'note_answered', 'note_not_notified'].map((type) => `${type} recorded`);
    const codes =
      'forged not_eligible four_eyes expired no_longer_waiting already_settled superseded link_revoked link_reissued';
    const refused = `${codes} link_expired already_voted not_your_turn unknown_answer`
      .split(' ')
      .map((code) => `vote ${code}`);
    const others = [
      ...'handed_on criteria_missing comment_missing invalid'.split(' ').map((code) => `vote ${code}`),
      ...'handed_on not_delegable four_eyes invalid too_many not_your_turn'
        .split(' ')
        .map((code) => `delegate ${code}`),
      ...'not_yours too_early not_eligible comment_missing'.split(' ').map((code) => `withdraw ${code}`),
      ...'invalid expired already_settled four_eyes'.split(' ').map((code) => `open_round ${code}`),
      'open four_eyes',
    ];
    expect([...appended, ...recorded, ...refused, ...others].filter((one) => !taken.has(one))).toEqual([]);
  });
});

function structuredCloneOf(log: readonly Entry[]): Request {
  const request = fold(structuredClone([...log]));
  if (!request) throw new Error('nothing to fold');
  return request;
}
