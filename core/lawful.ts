import { BrokenChain } from './broken-chain.ts';
import { type Effect, effectOf } from './effect.ts';
import type { Decided, EntryOf } from './entry.ts';
import { type Approver, answersOf, type Stage, whoseTurn } from './gate.ts';
import { approvedBy, deadlineOf, type GrantedRequest, type PendingRequest } from './request.ts';

/*
 * What an entry by somebody with a seat has to be to stand in a log of ours. The hashes show that a log was not changed
 * since; this, that it could have been written. Each throws `BrokenChain` where it could not.
 */

interface Acting {
  seq: number;
  at: string;
  person: string;
  by: string;
}

/** The seat in the open stage that somebody acts by: theirs as it stands, not used yet, in its turn, in time. */
export function seatOfWho(request: PendingRequest, entry: Acting): { stage: Stage; approver: Approver } {
  const { round, excluded } = request;
  const { seq, person, by } = entry;
  const stage = round.gate.stages[round.stage];
  const approver = stage?.approvers.find((one) => one.person === person && one.address === by);
  if (!stage || !approver) throw new BrokenChain(seq, `is by ${by}, who was not asked`);
  if ([person, ...(approver.via ?? [])].some((one) => excluded.people.includes(one)))
    throw new BrokenChain(seq, `is by ${by}, who asked for this or wrote it`);
  const answered = round.votes.filter((vote) => vote.stage === round.stage).map((vote) => vote.person);
  if (!whoseTurn(stage, answered).includes(approver))
    throw new BrokenChain(seq, `is by ${by}, who had answered already, or whose turn it was not`);
  const deadline = deadlineOf(request);
  if (entry.at >= deadline) throw new BrokenChain(seq, `came when its time was over (${deadline})`);
  return { stage, approver };
}

/** The stage a vote is in, and what it does there. */
export function voteOf(request: PendingRequest, entry: Decided): { stage: Stage; effect: Effect } {
  const { round } = request;
  const { seq } = entry;
  if (entry.round !== round.round || entry.stage !== round.stage)
    throw new BrokenChain(seq, `decides stage ${entry.stage} of round ${entry.round}, which is not open`);
  const { stage } = seatOfWho(request, entry);
  const { digest, shownDigest, policyVersion } = round;
  if (entry.digest !== digest || entry.shownDigest !== shownDigest || entry.policyVersion !== policyVersion)
    throw new BrokenChain(seq, 'decides something else than its round shows');
  const eligible = stage.approvers.map(({ address }) => address);
  if (entry.requester !== request.claim.requestedBy || JSON.stringify(entry.eligible) !== JSON.stringify(eligible))
    throw new BrokenChain(seq, 'names others than those who asked and were asked');
  const answer = answersOf(stage).find(({ name }) => name === entry.answer);
  if (!answer || answer.effect === 'hand_on')
    throw new BrokenChain(seq, `gives an answer that its stage does not have ('${entry.answer}')`);
  const effect = effectOf(round, answer, entry, entry.at);
  if (entry.vote !== effect.vote || entry.effect !== effect.effect || entry.outcome !== effect.outcome)
    throw new BrokenChain(seq, `does not do what it says: by its gate's rule it is ${inWords(effect)}`);
  return { stage, effect };
}

/** A seat is handed on where its stage lets it be, to nobody who asked for this, and remembers whose it was. */
export function checkHandedOn(request: PendingRequest, entry: EntryOf<'delegated'>): void {
  const { seq, person, to } = entry;
  const { round } = request;
  if (entry.round !== round.round || entry.stage !== round.stage)
    throw new BrokenChain(seq, `hands on a seat in stage ${entry.stage} of round ${entry.round}, which is not open`);
  const { stage, approver } = seatOfWho(request, entry);
  if (!stage.delegateTo?.length) throw new BrokenChain(seq, 'hands on a seat that cannot be handed on');
  if (request.excluded.people.includes(to.person))
    throw new BrokenChain(seq, `hands a seat on to ${to.address}, who asked for this or wrote it`);
  if (to.via?.join() !== [...(approver.via ?? []), person].join())
    throw new BrokenChain(seq, `hands a seat on to ${to.address}, and says not whose it was`);
}

/** An approval is taken back by who gave it, before it takes effect. */
export function checkWithdrawn(request: GrantedRequest, entry: EntryOf<'withdrawn'>): void {
  const { seq, person } = entry;
  if (!approvedBy(request).includes(person))
    throw new BrokenChain(seq, `takes back an approval that '${person}' did not give`);
  if (entry.at >= request.effectAt) throw new BrokenChain(seq, 'takes back an approval whose time had come');
}

function inWords({ vote, effect, outcome }: Effect): string {
  return [vote, effect, outcome].filter(Boolean).join(', ');
}
