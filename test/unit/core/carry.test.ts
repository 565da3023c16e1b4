import { placeOf, stageThatBegins, standingVotes, votesToCarry } from '../../../core/carry.ts';
import type { Gate } from '../../../core/gate.ts';
import {
  approve,
  approver,
  delegate,
  gateOf,
  gates,
  given,
  reject,
  requestIn,
  stage,
} from '../../support/core-fixtures.ts';

const named = (name: string, people: string[], more: object = {}) => stage(people, 'all', { name, ...more });

describe('where a vote stands in another gate', () => {
  const before = gateOf([named('first', ['bob']), named('second', ['carol'])]);
  const at = (stageOf: number, person: string, gate: Gate) => placeOf({ stage: stageOf, person }, before, gate);

  test('is the stage of the same name, wherever it has moved to', () => {
    expect(at(1, 'carol', before)).toBe(1);
    expect(at(1, 'carol', gateOf([named('second', ['carol']), named('first', ['bob'])]))).toBe(0);
    expect(at(0, 'bob', gateOf([named('new', ['bob']), named('first', ['dave', 'bob'])]))).toBe(1);
  });

  test('is none where the name, the rule that asks, or the person is another', () => {
    expect(at(0, 'bob', gateOf([named('other', ['bob'])]))).toBeUndefined();
    expect(at(0, 'bob', gateOf([named('first', ['bob'], { from: 'checkpoints.x' })]))).toBeUndefined();
    expect(at(0, 'bob', gateOf([named('first', ['carol'])]))).toBeUndefined();
    expect(at(2, 'bob', before)).toBeUndefined();
    const from = gateOf([named('first', ['bob'], { from: 'checkpoints.x' })]);
    expect(placeOf({ stage: 0, person: 'bob' }, from, from)).toBe(0);
  });

  test('is its own place before one of the same name elsewhere', () => {
    const twice = gateOf([named('same', ['bob']), named('same', ['bob'])]);
    expect(placeOf({ stage: 1, person: 'bob' }, twice, twice)).toBe(1);
  });
});

describe('the votes that stand', () => {
  const round = (...votes: Parameters<typeof given>[1][]) => requestIn(given(gates.twoOfThree, ...votes)).round;
  const seqs = (votes: { seq: number }[]) => votes.map(({ seq }) => seq);

  test('are those for it, for the same thing', () => {
    const voted = round(reject('bob'), approve('carol'));
    expect(seqs(standingVotes(voted, gates.twoOfThree, voted.digest))).toEqual([3]);
    expect(standingVotes(voted, gates.twoOfThree, 'another')).toEqual([]);
  });

  test('are in their new places', () => {
    const gate = gateOf([named('new', ['zoe']), ...gates.twoOfThree.stages]);
    const voted = round(approve('bob'));
    expect(standingVotes(voted, gate, voted.digest)).toEqual([{ ...voted.votes[0], stage: 1 }]);
  });

  test('R7 are one of each human in a stage', () => {
    const twice = gateOf([named('same', ['bob']), named('same', ['bob', 'carol'])]);
    const voted = requestIn(given(twice, approve('bob'), approve('bob', { at: { stage: 1 } }))).round;
    const once = gateOf([named('same', ['bob', 'carol'])]);
    expect(seqs(standingVotes(voted, once, voted.digest))).toEqual([2]);
    expect(seqs(standingVotes(voted, twice, voted.digest))).toEqual([2, 3]);
    const gate = gateOf([stage(['bob', 'carol', 'dave'])]);
    const two = requestIn(given(gate, approve('bob'), approve('carol'))).round;
    expect(seqs(standingVotes(two, gate, two.digest))).toEqual([2, 3]);
  });

  test('said all that the stage asks for now: every item of its checklist, and a comment where each needs one', () => {
    const listed = (criteria: string[] | undefined, more: object = {}) =>
      gateOf([stage(['bob', 'carol'], 'all', { ...(criteria && { criteria }), ...more })]);
    const voted = requestIn(given(listed(['a', 'b']), approve('bob', { confirmed: [0, 1] }))).round;
    const standing = (gate: Gate) => standingVotes(voted, gate, voted.digest).length;
    expect(standing(listed(['b', 'a']))).toBe(1);
    expect(standing(listed(['b']))).toBe(1);
    expect(standing(listed(undefined))).toBe(1);
    expect(standing(listed(['a', 'b', 'c']))).toBe(0);
    expect(standing(listed(['b'], { comment: 'always' }))).toBe(0);
    expect(standing(listed(['b'], { comment: 'unless_approved' }))).toBe(1);
    const told = requestIn(given(gates.allOfTwo, approve('bob', { comment: 'fine' }))).round;
    expect(standingVotes(told, listed(undefined, { comment: 'always' }), told.digest)).toHaveLength(1);
    expect(standingVotes(told, listed(['a']), told.digest)).toHaveLength(0);
  });

  test('are of whom a seat was handed on to where the new gate keeps it with them', () => {
    const voted = requestIn(given(gates.handable, delegate('bob', 'frank'), approve('frank'))).round;
    const kept = gateOf([stage([], 'all', { approvers: [{ ...approver('frank'), via: ['bob'] }, approver('dave')] })]);
    expect(standingVotes(voted, kept, voted.digest)).toMatchObject([{ person: 'frank', via: ['bob'] }]);
    expect(standingVotes(voted, gates.handable, voted.digest)).toEqual([]);
  });
});

describe('the votes to carry', () => {
  const three = gateOf([named('first', ['bob']), named('second', ['carol', 'dave']), named('third', ['erin'])]);
  const voted = () => requestIn(given(three, approve('bob'), approve('carol', { at: { stage: 1 } }))).round;
  const people = (gate: Gate) => votesToCarry(voted(), gate, voted().digest).map(({ person }) => person);

  test('go up to the stage that the round begins in, and not past it', () => {
    expect(people(three)).toEqual(['bob', 'carol']);
    expect(people(gateOf([named('new', ['zoe']), ...three.stages]))).toEqual([]);
    expect(people(gateOf([named('first', ['bob', 'zoe']), ...three.stages.slice(1)]))).toEqual(['bob']);
  });

  test('leave somebody to ask: what would pass the whole gate asks its last stage anew', () => {
    const passed = gateOf([named('first', ['bob']), named('second', ['carol'])]);
    expect(people(passed)).toEqual(['bob']);
    expect(people(gateOf([named('first', ['bob'])]))).toEqual([]);
    expect(people(gateOf([]))).toEqual([]);
  });

  test('the first stage that votes do not pass begins', () => {
    const votes = [
      { stage: 0, person: 'bob' },
      { stage: 1, person: 'carol' },
    ];
    expect(stageThatBegins(three, votes)).toBe(1);
    expect(stageThatBegins(three, [])).toBe(0);
    expect(stageThatBegins(three, [...votes, { stage: 1, person: 'dave' }])).toBe(2);
    expect(stageThatBegins(gateOf([named('first', ['bob'])]), votes)).toBe(-1);
  });
});
