import fc from 'fast-check';
import { type Command, decide } from '../../core/decide/decide.ts';
import type { Entry } from '../../core/entry.ts';
import { fold, foldEntry } from '../../core/fold.ts';
import type { Gate, Rule } from '../../core/gate.ts';
import type { Request } from '../../core/request.ts';
import {
  answered,
  cancel,
  comment,
  edited,
  fallDue,
  gateOf,
  holderOf,
  leave,
  minute,
  notNotified,
  open,
  openRound,
  refusedNote,
  reissue,
  shown,
  stage,
  task,
  vote,
} from './core-fixtures.ts';
import { PaperRequest } from './core-model.ts';

/*
 * Any gate, any commands in any order, by writers whose clocks and readings of the log are not the same. Used by the
 * property tests of the core.
 */

/** Approvers, who asked, an author, and one who is never asked. */
const people = ['bob', 'carol', 'dave', 'frank', 'alice', 'erin', 'mallory'];
const taskKeys = ['t0', 't1', 't2', 't3'];

const rule = (count: number): fc.Arbitrary<Rule> =>
  fc.oneof(
    fc.constant<Rule>('all'),
    fc.constant<Rule>('any'),
    fc.integer({ min: 1, max: count }).map((quorum) => ({ quorum })),
  );
const some = (to: number) => fc.subarray(people.slice(0, to), { minLength: 1, maxLength: 4 });
const someStage = fc
  .tuple(
    fc.oneof({ weight: 6, arbitrary: some(4) }, { weight: 1, arbitrary: some(6) }),
    fc.constantFrom(30, 1440, 10_000),
  )
  .chain(([who, minutes]) => rule(who.length).map((how) => stage(who, how, { timeout: minutes * 60 })));
export const someGate: fc.Arbitrary<Gate> = fc
  .tuple(fc.array(someStage, { minLength: 1, maxLength: 3 }), fc.option(fc.constantFrom(20, 90), { freq: 3 }))
  .map(([stages, after]) => gateOf(stages, after === null ? {} : { notBefore: minute(after) }));

/** A command as somebody means it: relative to what the request is when it is sent. */
export type Meant = (paper: PaperRequest, request: Request) => Command;

/** A nonce is bound to its link: two people, rounds or stages never share one. */
const seat = (
  paper: PaperRequest,
  person: string,
  off: { round: number; stage: number; generation: number },
  page: number,
) => {
  const round = Math.max(1, paper.round + off.round);
  const index = Math.max(0, paper.stage + off.stage);
  const generation = Math.max(1, paper.generation(person) + off.generation);
  const at = { round, stage: index, generation };
  return { at, commandId: `page:${person}.${round}.${index}.${generation}.${page}` };
};

const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof(
    { weight: 30, arbitrary: fc.constant(usual) },
    { weight: others.length, arbitrary: fc.constantFrom(...others) },
  );
const off = fc.record({ round: mostly(0, -1, 1), stage: mostly(0, -1, 1), generation: mostly(0, -1, 1) });
/** Who: mostly somebody of the open stage. */
const person: fc.Arbitrary<(paper: PaperRequest) => string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.nat(3).map((n) => (paper: PaperRequest) => {
      const { approvers } = paper.openStage();
      return approvers[n % approvers.length]?.person ?? '';
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom(...people).map((who) => () => who) },
);
const page = fc.integer({ min: 0, max: 1 });

const votes: fc.Arbitrary<Meant> = fc
  .record({
    person,
    off,
    page,
    answer: fc.oneof(
      { weight: 6, arbitrary: fc.constant('approve') },
      { weight: 3, arbitrary: fc.constant('reject') },
      { weight: 1, arbitrary: fc.constantFrom('request_changes', 'retry', 'outcome') },
    ),
    revoked: mostly(false, true),
    removed: mostly(false, true),
    impostor: mostly(false, true),
    stale: mostly(false, true),
    dead: mostly(false, true),
  })
  .map((of) => (paper) => {
    const who = of.person(paper);
    const { at, commandId } = seat(paper, who, of.off, of.page);
    const expires = Math.floor(paper.last / 1000);
    return vote(who, of.answer, {
      commandId,
      at: of.dead ? { ...at, expires } : at,
      revoked: of.revoked,
      holder: of.removed ? undefined : holderOf(of.impostor ? 'mallory' : who),
      shownDigest: shown(of.stale ? paper.round + 1 : at.round),
    });
  });

export const comments: fc.Arbitrary<Meant> = fc.tuple(person, off, page).map(([who, where, which]) => (paper) => {
  const { at, commandId } = seat(paper, who(paper), where, which);
  return comment(who(paper), 'a remark', { at, commandId });
});

const rounds: fc.Arbitrary<Meant> = fc
  .tuple(someGate, fc.boolean(), fc.integer({ min: 0, max: 2 }))
  .map(([gate, carry, which]) => (paper, request) => {
    const next = paper.round + 1;
    const carried = request.round.votes.flatMap(({ vote: how, seq }) => (how === 'for' ? [seq] : []));
    const same = { payload: request.round.payload, digest: request.round.digest };
    const content = carry ? { ...same, carried } : edited(`"round ${next}"`);
    return openRound(next, gate, { ...content, commandId: `round:${paper.round}.${which}` });
  });

export const simple: fc.Arbitrary<Meant> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constant<Command>(fallDue) },
    { weight: 2, arbitrary: fc.constantFrom(...taskKeys).map((key) => leave(key)) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.subarray(taskKeys, { maxLength: 2 }), mostly('', 'other'))
        .map(([keys, other]): Command => {
          const tasks = keys.map((key) => task(key, { holds: key !== 't3', own: key !== 't2' }));
          const same = open(gateOf([stage(['bob'])]), { commandId: `join:${keys.join()}`, tasks, opening: undefined });
          return other ? { ...same, contentDigest: other } : same;
        }),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(page, fc.boolean())
        .map(([which, theirs]) => cancel({ commandId: `cancel:${which}`, ...(theirs && { source: 'iam:other' }) })),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.constantFrom('t0', 't1', 't2', 't3', 'nobody'),
          fc.constantFrom('delivered', 'gone', 'unknown', 'superseded'),
        )
        .map(([key, result]) => answered(key, result)),
    },
    { weight: 2, arbitrary: page.map((which) => notNotified(`mail/${which}`)) },
  )
  .map((command) => () => command);

export const reissues: fc.Arbitrary<Meant> = fc
  .tuple(fc.option(person, { freq: 2 }), page)
  .map(([who, which]) => (paper) => {
    const whose = who?.(paper);
    return reissue(whose, `reissue:${whose}.${paper.round}.${which}`);
  });

export const refusals: fc.Arbitrary<Meant> = fc.tuple(person, off).map(([who, where]) => (paper) => {
  return refusedNote(who(paper), 'already_voted', seat(paper, who(paper), where, 0).at);
});

const meant = fc.oneof(
  { weight: 12, arbitrary: votes },
  { weight: 5, arbitrary: simple },
  { weight: 1, arbitrary: reissues },
  { weight: 1, arbitrary: rounds },
  { weight: 1, arbitrary: comments },
  { weight: 1, arbitrary: refusals },
);

export interface Step {
  meant: Meant;
  /** Minutes by which the clock of whoever decides has moved; it may run backwards. */
  clock: number;
  /** How many entries others had written since this writer read the log. */
  behind: number;
  /** The entry was written and the reply lost: the same command comes again. */
  lost: boolean;
  /** An old command comes again. */
  again: number | undefined;
}
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    meant,
    clock: fc.oneof({ weight: 40, arbitrary: fc.integer({ min: 0, max: 3 }) }, fc.constantFrom(-30, -1, 59, 1440)),
    behind: mostly(0, 1, 2, 5),
    lost: mostly(false, true),
    again: fc.option(fc.nat(40), { freq: 8, nil: undefined }),
  }),
  { minLength: 5, maxLength: 40, size: 'max' },
);

export interface Run {
  log: Entry[];
  request: Request;
  paper: PaperRequest;
  taken: string[];
}

/** Every command as `runCommand` runs it: decide on what was read, append where the place is free, else read and decide again. */
export function run(gate: Gate, todo: Step[], eachStep: (run: Run) => void = () => {}): Run {
  const first = decide(undefined, open(gate, { tasks: [task('t0')] }), minute(0));
  if (first.kind !== 'append') throw new Error('not opened');
  const paper = new PaperRequest(gate, Date.parse(first.entry.at));
  paper.tasks.set('t0', { state: 'waiting', holds: true });
  const state: Run = { log: [first.entry], request: foldEntry(undefined, first.entry), paper, taken: [] };
  const sent: Command[] = [];
  let clock = 0;
  for (const step of todo) {
    clock = Math.max(0, clock + step.clock);
    const old = step.again === undefined ? undefined : sent[step.again];
    const command = old ?? step.meant(paper, state.request);
    sent.push(command);
    const stale = state.log.length - step.behind;
    if (step.behind > 0 && stale > 0) {
      const early = decide(fold(state.log.slice(0, stale)), command, minute(clock));
      // What a reader of an older log is told is not checked here: only that it can write nothing over what is there.
      if (early.kind !== 'append') continue;
      expect(early.entry.seq).toBe(stale + 1);
    }
    const expected = paper.appends(command, Date.parse(minute(clock)));
    const decision = decide(state.request, command, minute(clock));
    if (expected !== undefined) expect([command, decision.kind === 'append']).toEqual([command, expected]);
    state.taken.push(`${command.type} ${decision.kind === 'refused' ? decision.refusal.code : decision.kind}`);
    if (decision.kind === 'append') {
      state.log.push(decision.entry);
      state.request = foldEntry(state.request, decision.entry);
      paper.does(command, decision.entry);
      if (step.lost)
        expect(decide(state.request, command, minute(clock))).toEqual({ kind: 'recorded', entry: decision.entry });
    }
    if (decision.kind === 'recorded') expect(state.log).toContainEqual(decision.entry);
    eachStep(state);
  }
  return state;
}
