import { differencesBetween } from '../../core/difference.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Request } from '../../core/request.ts';
import { cast, type Sent } from '../commands/cast.ts';
import type { EditDone } from '../commands/edit.ts';
import type { LinkHolder } from '../commands/link-holder.ts';
import type { Done } from '../commands/run-command.ts';
import { payloadText } from '../commands/stored-payload.ts';
import { withdrawApproval } from '../commands/withdraw.ts';
import type { FormBody } from '../web/form-body.ts';
import { type Page, recordedPage, statusPage } from '../web/pages.ts';
import { recordedAnswerOf, statusViewOf } from '../web/view-of.ts';
import type { Read } from './review-answer.ts';
import { deadEnd, note, withdrawalOf } from './review-dead-ends.ts';
import { form, now, type ReviewServices, seatedNow } from './review-form.ts';

/** Does what was asked, and says what came of it. What only few answers need is loaded when one of them comes. */
export async function perform(
  services: ReviewServices,
  holder: LinkHolder,
  { body, read, sent }: { body: FormBody; read: Read; sent: Sent },
): Promise<Page> {
  // A page that recorded a plain answer is told of that again, whatever it sends besides.
  const wasPlain = holder.request.commands.has(`page:${sent.nonce}`) && !wasEdit(holder, sent.nonce);
  if (read.kind === 'edit' && read.edit && !wasPlain) {
    const { edit } = await import('../commands/edit.ts');
    const done = await edit(services, holder, sent, read.edit);
    return done.kind === 'edited'
      ? editedPage(services, holder, done)
      : notTaken(services, holder, done, { body, sent, show: (message) => ({ why: message }) });
  }
  if (read.kind === 'delegate') {
    const { delegate } = await import('../commands/delegate.ts');
    const done = await delegate(services, holder, body.delegateTo ?? '', sent);
    if (done.kind !== 'refused') return recorded(services, holder, done, leftOut(read));
    const problem = (message: string) => ({ problems: [{ field: 'delegate-to' as const, message }] });
    return notTaken(services, holder, done, { body, sent, show: problem });
  }
  const done = await cast(services, holder, sent);
  if (done.kind !== 'refused') return recorded(services, holder, done, leftOut(read));
  const after = { ...holder, request: done.request ?? holder.request };
  const seated = seatedNow(services, after);
  if (!seated.ok || !isAboutInput(done.refusal)) return deadEnd(services, after, done.refusal, true);
  const { status, message } = done.refusal;
  return form(services, after, seated.request, { typed: body, status, why: message });
}

/** Was something recorded of this page already, that it may be sending again? */
export function isRepeated(holder: LinkHolder, nonce: string): boolean {
  const { commands } = holder.request;
  const plain = [`page:${nonce}`, `delegate:page:${nonce}`, `withdraw:page:${nonce}`];
  return plain.some((id) => commands.has(id)) || wasEdit(holder, nonce);
}

/** Did this page open a round by an edit? */
function wasEdit({ request }: LinkHolder, nonce: string): boolean {
  return [...request.commands.keys()].some((id) => id.startsWith(`edit:${nonce}:`));
}

/** Takes an approval back, or shows why that cannot be. */
export async function withdrawn(
  services: ReviewServices,
  holder: LinkHolder,
  sent: Pick<Sent, 'nonce' | 'comment' | 'reached'>,
): Promise<Page> {
  const done = await withdrawApproval(services, holder, sent);
  if (done.kind !== 'refused') return recorded(services, holder, done, undefined);
  const after = { ...holder, request: done.request ?? holder.request };
  return isAboutInput(done.refusal)
    ? withdrawalAgain(services, after, sent.comment, done.refusal.status, done.refusal.message)
    : deadEnd(services, after, done.refusal, true);
}

/** Where it stands, with what was typed to withdraw, and why that was not taken. */
export function withdrawalAgain(
  services: ReviewServices,
  holder: LinkHolder,
  comment: string,
  status: number,
  why: string,
): Page {
  const view = statusViewOf(holder.request, { now: now(services) });
  const withdrawal = withdrawalOf(services, holder, comment);
  const notice = `Nothing was recorded yet. ${why} What you typed is still below.`;
  return statusPage({ view, reader: holder.seat.approver, withdrawal, status, notice });
}

/** Refusals that another input would have spared. */
export function isAboutInput({ status, code }: Refusal): boolean {
  return (status === 400 || status === 413) && code !== 'unknown_answer';
}

/** While the seat is still theirs, the form comes back and says why; else what has become of the request. */
async function notTaken(
  services: ReviewServices,
  holder: LinkHolder,
  refused: { refusal: Refusal; request: Request | undefined },
  of: { body: FormBody; sent: Sent; show: (message: string) => Partial<Parameters<typeof form>[3]> },
): Promise<Page> {
  const after = { ...holder, request: refused.request ?? holder.request };
  const { refusal } = refused;
  if (refusal.status !== 400) await note(services, holder, refusal, of.body, of.sent.reached);
  const seated = seatedNow(services, after);
  if (!seated.ok) return deadEnd(services, after, refusal, true);
  return form(services, after, seated.request, {
    typed: of.body,
    status: refusal.status,
    ...of.show(refusal.message),
  });
}

function recorded(
  services: ReviewServices,
  holder: LinkHolder,
  { entry, request }: Exclude<Done, { kind: 'refused' }>,
  note: string | undefined,
): Page {
  const view = statusViewOf(request, { now: now(services) });
  const answer = recordedAnswerOf(request, entry.seq);
  const reader = holder.seat.approver;
  return answer ? recordedPage({ view, recorded: answer, reader, note }) : statusPage({ view, reader });
}

/** What was typed into editable values and goes nowhere. */
function leftOut({ leftOut, kind }: Read): string | undefined {
  if (kind === 'edit') return 'The values you changed were not applied: this page’s answer had been recorded before.';
  return leftOut ? 'The values you changed were not applied: only an approval applies them.' : undefined;
}

async function editedPage(
  services: ReviewServices,
  holder: LinkHolder,
  { round, vote, request }: EditDone & { kind: 'edited' },
): Promise<Page> {
  const [before, after] = await Promise.all([payloadText(services, holder.seat.round), payloadText(services, round)]);
  const voted = 'seq' in vote ? recordedAnswerOf(request, vote.seq) : undefined;
  const changed = `changed ${(round.edited?.changed ?? []).join(', ')}`;
  return recordedPage({
    view: statusViewOf(request, { now: now(services) }),
    recorded: voted ? { ...voted, what: `${changed} and ${voted.what}` } : { at: round.at, what: changed },
    reader: holder.seat.approver,
    edited: {
      round: round.round,
      differences: differencesBetween(before, after),
      ...('unapproved' in vote && { unapproved: vote.unapproved }),
    },
  });
}
