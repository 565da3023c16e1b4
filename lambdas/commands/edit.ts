import { canonicalJson, sha256Hex } from '../../core/canonical.ts';
import type { Edit } from '../../core/edit.ts';
import type { EntryOf } from '../../core/entry.ts';
import { answersOf, type Gate } from '../../core/gate.ts';
import { limits } from '../../core/limits.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { generationOf, type Request } from '../../core/request.ts';
import type { PayloadStore, PolicyStore } from '../services.ts';
import { byLink, type CastServices, castVote, type Sent } from './cast.ts';
import type { LinkHolder } from './link-holder.ts';
import { nextRound } from './next-round.ts';
import { replan } from './replan.ts';
import { runLinkCommand } from './run-command.ts';
import { storePayload } from './stored-payload.ts';

export type EditServices = CastServices & {
  policy: Pick<PolicyStore, 'pointer' | 'version' | 'people'>;
  payloads: Pick<PayloadStore, 'put'>;
};

/** What became of an edit: the round it opened and, where the editor's approval is not in that, why. */
export type EditDone =
  | { kind: 'edited'; round: EntryOf<'round_opened'>; vote: { seq: number } | { unapproved: string }; request: Request }
  | { kind: 'refused'; refusal: Refusal; request: Request };

/**
 * An approver changed what is to be done, and approves it: opens a round with the new payload, its gate by the rules it was
 * opened under and the people there are now (W3), then casts their vote there, where they are asked in its open stage. Sent again it finds what it did.
 */
export async function edit(services: EditServices, holder: LinkHolder, sent: Sent, edited: Edit): Promise<EditDone> {
  const text = canonicalJson(edited.payload);
  const digest = sha256Hex(text);
  // The same page with the same values is the same edit.
  const commandId = `edit:${sent.nonce}:${digest.slice(0, 12)}`;
  let { request } = holder;
  let round = request.commands.get(commandId);
  if (!round) {
    const gate = await gateFor(services, request, edited);
    if ('code' in gate) return { kind: 'refused', refusal: gate, request };
    const command = await nextRound(services, request, {
      commandId,
      reason: `${holder.seat.approver.name} changed ${edited.changed.join(', ')}`.slice(0, limits.reason),
      payload: await storePayload(services, request.id, digest, text),
      digest,
      ...gate,
      carried: [],
      edited: { ...byLink(holder), changed: edited.changed, reached: sent.reached },
    });
    const done = await runLinkCommand(services, request.id, command, holder.entries);
    if (done.kind === 'refused') return { ...done, request: done.request ?? request };
    request = done.request;
    round = done.entry;
    if (done.kind === 'appended') services.metrics.count('DecisionRecorded', { answer: 'edit' });
  }
  if (round.type !== 'round_opened') throw new Error(`the command ${commandId} opened no round`);
  return { kind: 'edited', round, ...(await approveIn(services, holder, sent, round, request)) };
}

/** Who has to agree to the new payload. An edit never leads to nobody: then those who are asked now are asked on. */
async function gateFor(
  services: EditServices,
  request: Request,
  { payload }: Edit,
): Promise<{ gate: Gate; policyVersion: string; directory: string } | Refusal> {
  const pointer = await services.policy.pointer();
  if (!pointer) return refuse('no_policy');
  const gate = await replan(services, request, payload, pointer.version);
  return 'code' in gate ? gate : { gate, policyVersion: request.round.policyVersion, directory: pointer.version };
}

/** The editor's own vote in the round that their edit opened, where they have a seat in its open stage. */
async function approveIn(
  services: EditServices,
  holder: LinkHolder,
  sent: Sent,
  { round }: EntryOf<'round_opened'>,
  request: Request,
): Promise<Pick<EditDone & { kind: 'edited' }, 'vote' | 'request'>> {
  const opened = request.rounds.find((one) => one.round === round);
  const before = request.commands.get(`page:${sent.nonce}`);
  if (before?.type === 'decided') return { vote: { seq: before.seq }, request };
  const index = opened?.stage ?? 0;
  const stage = opened?.gate.stages[index];
  const approver = stage?.approvers.find(({ person }) => person === holder.seat.approver.person);
  if (!opened || !stage || !approver)
    return { vote: { unapproved: 'The stage that is open now does not ask you; it asks others.' }, request };
  const now = { round, stage: index, generation: generationOf(request, approver.person) };
  const done = await castVote(
    services,
    { ...holder, link: { ...holder.link, ...now }, seat: { round: opened, stage, index, approver } },
    { ...sent, answer: sameAnswer(holder, stage, sent.answer), confirmed: confirmedIn(holder, stage, sent.confirmed) },
    undefined,
    ['edited'],
  );
  if (done.kind === 'refused')
    return {
      vote: { unapproved: `${done.refusal.message}${mailed(done.refusal)}` },
      request: done.request ?? request,
    };
  services.metrics.count('DecisionRecorded', { answer: sent.answer });
  return { vote: { seq: done.entry.seq }, request: done.request };
}

/** In a stage that asks one after the other, the mail comes when it is their turn: the refusal says so. */
function mailed({ code }: Refusal): string {
  return code === 'not_your_turn' ? '' : ' A mail with a link for the new round is on its way to you.';
}

/** A stage with answers of its own may have become an ordinary one: approving is approving. */
function sameAnswer({ seat }: LinkHolder, stage: Parameters<typeof answersOf>[0], name: string): string {
  const answers = answersOf(stage);
  if (answers.some((answer) => answer.name === name)) return name;
  const counts = answersOf(seat.stage).some((answer) => answer.name === name && answer.effect === 'count');
  return (counts && answers.find((answer) => answer.effect === 'count' && answer.vote === 'for')?.name) || name;
}

/** What was confirmed, found again by its words: the new stage may have other criteria, or in another order. */
function confirmedIn({ seat }: LinkHolder, stage: { criteria?: string[] | undefined }, confirmed: number[]): number[] {
  const words = confirmed.flatMap((index) => seat.stage.criteria?.[index] ?? []);
  return (stage.criteria ?? []).flatMap((criterion, index) => (words.includes(criterion) ? [index] : []));
}
