import { type Approver, type Stage, stageStanding, whoseTurn } from './gate.ts';
import type { Maintenance } from './maintenance/window.ts';
import {
  askedNow,
  askMail,
  deadlineOf,
  type GrantedRequest,
  generationOf,
  isUnreachable,
  openStage,
  type PendingRequest,
  type Request,
  type Round,
  type SettledRequest,
  stageBegan,
  windowInForce,
} from './request.ts';

/** A mail that should be out. `mail` is its marker; `since` the entry that called for it. */
export type DueMail =
  | {
      kind: 'ask';
      mail: string;
      since: number;
      approver: Approver;
      round: number;
      stage: number;
      generation: number;
      /** ISO time at which the link dies. */
      expires: string;
    }
  /** Every vote is in and the effect is still to come. Who approved gets a link with it, to take their approval back. */
  | { kind: 'granted'; mail: string; since: number; approver: Approver; link?: WithdrawLink }
  | { kind: 'grant'; mail: string; since: number; to: string }
  /** `asks`: the mails that asked them; none where they know of the request in any case. */
  | { kind: 'settled'; mail: string; since: number; approver: Approver; asks: readonly string[] }
  | { kind: 'outcome'; mail: string; since: number; to: string }
  /** To the requester: too few are left to meet the gate. */
  | { kind: 'unreachable'; mail: string; since: number; to: string }
  | { kind: 'window'; mail: string; since: number; to: string; news: WindowNews };

/** What stakeholders of a maintenance window are told: it is coming, it has begun, it is over, it will not come after all. */
export type WindowNews = 'ahead' | 'begun' | 'over' | 'off';

/** A seat in a granted request, and until when (ISO) its link works. */
export interface WithdrawLink {
  round: number;
  stage: number;
  generation: number;
  expires: string;
}

/** Where a mail goes. */
export function addressOf(due: DueMail): string {
  return 'to' in due ? due.to : due.approver.address;
}

/** The mails that should be out, given what the request is now. */
export function mailsFor(request: Request): DueMail[] {
  switch (request.status) {
    case 'pending':
      return [...asks(request), ...tellsOfUnreachable(request)];
    case 'granted':
      return [...tellsOfGrant(request), ...tellsOfWindow(request), ...tellsOfUnreachable(request)];
    case 'settled': {
      const { settledSeq: since } = request;
      const { requestedBy: to } = request.claim;
      return [
        ...everybodyAsked(request).map(({ approver, asks }): DueMail => {
          const { person } = approver;
          const mail = `settled/${person}`;
          return { kind: 'settled', mail, since, approver, asks: knowsAnyway(request, person) ? [] : asks };
        }),
        ...(isAddress(to) ? [{ kind: 'outcome' as const, mail: 'outcome', since, to }] : []),
        ...tellsOfWindow(request),
      ];
    }
  }
}

/** One for each whose turn it is. */
function asks(request: PendingRequest): DueMail[] {
  const { round, reissues } = request;
  const stage = openStage(request);
  const votes = round.votes.filter((vote) => vote.stage === round.stage);
  // In turn, an answer is what calls for the next.
  const turned = stage.order === 'sequential' ? Math.max(0, ...votes.map(({ seq }) => seq)) : 0;
  return askedNow(request).map((approver) => {
    const { person } = approver;
    const generation = generationOf(request, person);
    const handed = round.handedOn.find((one) => one.stage === round.stage && one.to.person === person);
    return {
      kind: 'ask',
      mail: askMail(round.round, round.stage, person, generation),
      since: Math.max(
        stageBegan(request).seq,
        turned,
        handed?.seq ?? 0,
        reissues[person]?.seq ?? 0,
        reissues['']?.seq ?? 0,
      ),
      approver,
      round: round.round,
      stage: round.stage,
      generation,
      expires: deadlineOf(request),
    };
  });
}

function tellsOfUnreachable(request: PendingRequest | GrantedRequest): DueMail[] {
  const { unreachable, claim } = request;
  if (!unreachable || !isUnreachable(request) || !isAddress(claim.requestedBy)) return [];
  const { round, seq: since } = unreachable;
  return [{ kind: 'unreachable', mail: `unreachable/${round}`, since, to: claim.requestedBy }];
}

function tellsOfGrant(request: GrantedRequest): DueMail[] {
  const { round, grantedSeq: since, effectAt: expires } = request;
  const { requestedBy: to } = request.claim;
  const linkFor = (person: string): WithdrawLink | undefined => {
    const vote = round.votes.findLast((one) => one.person === person && one.vote === 'for');
    return vote && { round: round.round, stage: vote.stage, generation: generationOf(request, person), expires };
  };
  const { reissues } = request;
  // Links made anew after it was granted are mailed anew; those from before are counted in the first mail's.
  const anew = (person: string): number => Math.max(since, reissues[person]?.seq ?? 0, reissues['']?.seq ?? 0);
  return [
    ...everybodyAsked(request).map(({ approver }): DueMail => {
      const link = linkFor(approver.person);
      const mail = `granted/${round.round}/${approver.person}`;
      const called = link ? anew(approver.person) : since;
      const marker = link && called > since ? `${mail}/${link.generation}` : mail;
      return { kind: 'granted', mail: marker, since: called, approver, ...(link && { link }) };
    }),
    ...(isAddress(to) ? [{ kind: 'grant' as const, mail: `grant/${round.round}`, since, to }] : []),
  ];
}

/** Stakeholders of a window that was let be are told where it stands, one mail each. */
function tellsOfWindow(request: GrantedRequest | SettledRequest): DueMail[] {
  const { maintenance } = request;
  const told = maintenance && newsOf(request, maintenance);
  if (!told) return [];
  const { news, since } = told;
  const addresses = new Map(maintenance.window.stakeholders.map((address) => [address.toLowerCase(), address]));
  return [...addresses].map(([key, to]) => ({ kind: 'window', mail: `window/${news}/${key}`, since, to, news }));
}

function newsOf(
  request: GrantedRequest | SettledRequest,
  { announced, ended }: Maintenance,
): { news: WindowNews; since: number } | undefined {
  if (request.status === 'granted') return announced && { news: 'ahead', since: announced.seq };
  if (ended) return { news: 'over', since: ended.seq };
  const since = request.settledSeq;
  if (windowInForce(request)) return { news: 'begun', since };
  return announced && { news: 'off', since };
}

interface Asked {
  approver: Approver;
  /** The mails that asked them first, in each stage of each round. */
  asks: string[];
}

/** Everybody who was asked, once each, at the address they have now: of every stage that has begun, in every round. */
function everybodyAsked(request: GrantedRequest | SettledRequest): Asked[] {
  const asked = new Map<string, Asked>();
  const note = (approver: Approver, ...mails: string[]): void => {
    const { person } = approver;
    asked.set(person, { approver, asks: [...(asked.get(person)?.asks ?? []), ...mails] });
  };
  for (const round of request.rounds) {
    for (const { from } of round.handedOn) note(from);
    const begun = round.gate.stages.slice(0, round.stageBegan.length);
    for (const [index, stage] of begun.entries())
      for (const approver of askedIn(request, round, index, stage))
        note(approver, askMail(round.round, index, approver.person, 1));
  }
  return [...asked.values()];
}

/** Did somebody act on the request, or have mails that ask which are not named here: with links that were reissued? */
function knowsAnyway({ rounds, commands }: Request, person: string): boolean {
  const acted = rounds.some(
    ({ votes, handedOn }) =>
      votes.some((vote) => vote.person === person) || handedOn.some(({ from }) => from.person === person),
  );
  return acted || [...commands.values()].some(({ type }) => type === 'links_reissued');
}

/** Whom a stage that has begun asked: all of it, or, in turn, as far as it came. */
function askedIn(
  request: GrantedRequest | SettledRequest,
  round: Round,
  index: number,
  stage: Stage,
): readonly Approver[] {
  if (stage.order !== 'sequential') return stage.approvers;
  const votes = round.votes.filter((vote) => vote.stage === index);
  const answered = votes.map(({ person }) => person);
  const counted = votes.flatMap(({ person, vote }) => (vote ? [{ person, vote }] : []));
  const ended =
    stageStanding(stage, counted) !== 'open' ||
    (request.status === 'settled' && votes.some(({ seq }) => seq === request.settledSeq));
  const next = ended ? [] : whoseTurn(stage, answered);
  return stage.approvers.filter((approver) => answered.includes(approver.person) || next.includes(approver));
}

function isAddress(claimed: string): boolean {
  return /^[^\s@,<>]+@[^\s@,<>]+$/.test(claimed);
}
