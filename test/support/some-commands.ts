import fc from 'fast-check';
import { votesToCarry } from '../../core/carry.ts';
import type { Command } from '../../core/decide/decide.ts';
import type { Request } from '../../core/request.ts';
import {
  answered,
  cancel,
  comment,
  delegate,
  edited,
  editedBy,
  fallDue,
  gateOf,
  holderOf,
  leave,
  notNotified,
  open,
  openRound,
  refusedNote,
  reissue,
  shown,
  stage,
  task,
  vote,
  withdraw,
} from './core-fixtures.ts';
import type { PaperRequest } from './core-model.ts';

import { given, mostly, often, people, someGate } from './some-gates.ts';

/* Any command anybody may send, as they mean it, for the property tests of the core. */

const taskKeys = ['t0', 't1', 't2', 't3'];

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

const off = fc.record({ round: mostly(0, -1, 1), stage: mostly(0, -1, 1), generation: mostly(0, -1, 1) });
/** Who: mostly somebody of the open stage, now and then somebody who was. */
const person: fc.Arbitrary<(paper: PaperRequest) => string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.nat(3).map((n) => (paper: PaperRequest) => {
      const awaited = paper.asked();
      const { seats } = paper.openStage();
      return awaited[n % awaited.length] ?? seats[n % seats.length]?.person ?? '';
    }),
  },
  {
    weight: 3,
    arbitrary: fc.nat(7).map((n) => (paper: PaperRequest) => {
      const { seats, gone } = paper.openStage();
      const all = [...seats.map((one) => one.person), ...gone];
      return all[n % all.length] ?? '';
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom(...people).map((who) => () => who) },
);
const page = fc.integer({ min: 0, max: 1 });

/** How somebody comes: mostly with a link that works. */
const came = fc.record({
  person,
  off,
  page,
  revoked: mostly(false, true),
  removed: mostly(false, true),
  impostor: mostly(false, true),
  dead: mostly(false, true),
});
type Came = typeof came extends fc.Arbitrary<infer T> ? T : never;

const coming = (paper: PaperRequest, of: Came) => {
  const who = of.person(paper);
  const { at, commandId } = seat(paper, who, of.off, of.page);
  const expires = Math.floor(paper.last / 1000);
  return {
    who,
    commandId,
    at: of.dead ? { ...at, expires } : at,
    revoked: of.revoked,
    holder: of.removed ? undefined : holderOf(of.impostor ? 'mallory' : who),
  };
};

/** Minutes from the last entry on. */
const later = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 90 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -5, 43_201, 300_000) },
);

const votes: fc.Arbitrary<Meant> = fc
  .record({
    came,
    answer: fc.oneof(
      { weight: 9, arbitrary: fc.constant('approve') },
      { weight: 2, arbitrary: fc.constant('reject') },
      { weight: 1, arbitrary: fc.constantFrom('request_changes', 'retry', 'outcome') },
    ),
    stale: mostly(false, true),
    confirmed: fc.oneof(
      { weight: 9, arbitrary: fc.constant('all' as const) },
      fc.constantFrom([], [0], [1], [7]) as fc.Arbitrary<number[]>,
    ),
    why: often('because', ''),
    notBefore: later,
    notAfter: later,
  })
  .map((of) => (paper) => {
    const { who, at, ...how } = coming(paper, of.came);
    const { criteria = [] } = paper.openStage().plan;
    const time = (after: number | undefined) =>
      after === undefined ? undefined : new Date(paper.last + after * 60_000).toISOString();
    return vote(who, of.answer, {
      ...how,
      at,
      shownDigest: shown(of.stale ? paper.round + 1 : at.round),
      comment: of.why,
      confirmed: of.confirmed === 'all' ? criteria.map((_, i) => i) : of.confirmed,
      ...given({ notBefore: time(of.notBefore), notAfter: time(of.notAfter) }),
    });
  });

const delegations: fc.Arbitrary<Meant> = fc
  .record({
    came,
    to: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('gina', 'henry') },
      fc.constantFrom(...people.filter((one) => one !== 'mallory'), 'ines'),
    ),
    disguised: mostly(false, true),
  })
  .map(({ came: of, to, disguised }) => (paper) => {
    const { who, ...how } = coming(paper, of);
    const toAddresses = [`${to}@example.com`, ...(disguised ? ['alice@example.com'] : [])];
    return delegate(who, to, { ...how, toAddresses });
  });

const withdrawals: fc.Arbitrary<Meant> = fc
  .tuple(came, fc.nat(5), often('because', ''))
  .map(([of, n, why]) => (paper) => {
    const voted = paper.votes.filter((one) => one.vote === 'for');
    const one = voted[n % voted.length];
    const { who, at, ...how } = coming(paper, one && n > 0 ? { ...of, person: () => one.person } : of);
    return withdraw(who, { ...how, at: { ...at, stage: one?.stage ?? at.stage }, comment: why });
  });

const edits: fc.Arbitrary<Meant> = fc.tuple(came, someGate, mostly(false, true)).map(([of, gate, same]) => (paper) => {
  const { who, at, revoked, holder, commandId } = coming(paper, of);
  const command = editedBy(who, paper.round + 1, gate, { at, commandId: `edit:${commandId}` });
  const how = command.edited && { edited: { ...command.edited, revoked, holder } };
  return { ...command, ...how, ...(same && edited(paper.payload)) };
});

export const comments: fc.Arbitrary<Meant> = fc.tuple(person, off, page).map(([who, where, which]) => (paper) => {
  const { at, commandId } = seat(paper, who(paper), where, which);
  return comment(who(paper), 'a remark', { at, commandId });
});

const rounds: fc.Arbitrary<Meant> = fc
  .tuple(someGate, fc.constantFrom('same', 'all', 'carriable', 'other'), fc.integer({ min: 0, max: 2 }))
  .map(([gate, carry, which]) => (paper, request) => {
    const next = paper.round + 1;
    const commandId = `round:${paper.round}.${which}`;
    const { round } = request;
    const { payload, digest } = round;
    if (carry === 'other') return openRound(next, gate, { ...edited(`"round ${next}"`), commandId });
    const kept = carry === 'same' ? round.gate : gate;
    const all = round.votes.flatMap(({ vote: how, seq }) => (how === 'for' ? [seq] : []));
    const carried = carry === 'all' ? all : votesToCarry(round, kept, digest).map(({ seq }) => seq);
    return openRound(next, kept, { payload, digest, carried, commandId });
  });

export const simple: fc.Arbitrary<Meant> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constant<Command>(fallDue) },
    { weight: 2, arbitrary: fc.constantFrom(...taskKeys).map((key) => leave(key)) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.subarray(taskKeys, { maxLength: 2 }),
          mostly('', 'other'),
          often<string | undefined>(undefined, ...people, 'ines'),
        )
        .map(([keys, other, who]): Command => {
          const tasks = keys.map((key) => task(key, { holds: key !== 't3', own: key !== 't2' }));
          const verified = { via: 'api' as const, account: '000000000000', ...(who !== undefined && { person: who }) };
          const commandId = `join:${keys.join()}:${who}`;
          const same = open(gateOf([stage(['bob'])]), { commandId, tasks, verified, opening: undefined });
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
    {
      weight: 1,
      arbitrary: page.map((which) => ({
        type: 'note_unreachable' as const,
        commandId: `recheck:${which}`,
        problems: ['too few are left'],
      })),
    },
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

export const meant = fc.oneof(
  { weight: 14, arbitrary: votes },
  { weight: 4, arbitrary: delegations },
  { weight: 2, arbitrary: withdrawals },
  { weight: 1, arbitrary: edits },
  { weight: 5, arbitrary: simple },
  { weight: 1, arbitrary: reissues },
  { weight: 1, arbitrary: rounds },
  { weight: 1, arbitrary: comments },
  { weight: 1, arbitrary: refusals },
);
