import { sha256Hex } from '../../core/canonical.ts';
import type { Reached } from '../../core/decide/vote.ts';
import type { Refusal } from '../../core/refusal.ts';
import { ownersOf } from '../../core/still-asked.ts';
import type { PolicyInForce, PolicyStore, Services } from '../services.ts';
import type { LinkHolder } from './link-holder.ts';
import { overrideHeld } from './override-held.ts';
import { peopleNow } from './people-now.ts';
import { type Done, runLinkCommand } from './run-command.ts';

/** What was sent from a review page. `nonce` is the page's, unsealed: it names the command. */
export interface Sent {
  answer: string;
  comment: string;
  conditions: string[];
  /** Which of the stage's criteria were ticked. */
  confirmed: number[];
  /** From when and until when an approval may take effect (ISO). */
  notBefore?: string | undefined;
  notAfter?: string | undefined;
  again: boolean;
  nonce: string;
  template: string;
  reached: Reached;
}

export type CastServices = Pick<Services, 'log' | 'people' | 'clock' | 'metrics'> & {
  policy: Pick<PolicyInForce, 'people'> & Pick<PolicyStore, 'version'>;
};

/** Records an answer, or a comment (`answer: 'comment'`); where it is refused, records the refused attempt. */
export async function cast(services: CastServices, holder: LinkHolder, sent: Sent, flags?: string[]): Promise<Done> {
  const { entries, link } = holder;
  const { comment, answer, nonce, reached } = sent;
  // A page brought back can send another comment; what it sends again is the same one.
  const commandId = `page:${nonce}:${sha256Hex(comment).slice(0, 12)}`;
  const done =
    answer === 'comment'
      ? await runLinkCommand(services, link.id, { type: 'comment', commandId, ...byLink(holder), comment }, entries)
      : await castVote(services, holder, sent, entries, flags);
  if (done.kind === 'appended') services.metrics.count('DecisionRecorded', { answer });
  if (done.kind === 'refused') await noteRefused(services, holder, { nonce, answer, refusal: done.refusal, reached });
  return done;
}

/** A vote by the holder of a link, on what their link's round shows. `loaded` spares the first reading. */
export async function castVote(
  services: Pick<CastServices, 'log' | 'people' | 'clock' | 'policy'>,
  holder: Pick<LinkHolder, 'link' | 'person' | 'revoked' | 'request' | 'seat' | 'inForce' | 'people'>,
  { answer, comment, conditions, confirmed, notBefore, notAfter, again, nonce, template, reached }: Sent,
  loaded?: LinkHolder['entries'],
  flags?: string[],
): Promise<Done> {
  const people = await peopleSince(services, holder);
  const held = await overrideHeld(services, holder.request);
  return runLinkCommand(
    services,
    holder.link.id,
    {
      type: 'vote',
      commandId: `page:${nonce}`,
      ...byLink({ ...holder, people }),
      answer,
      ...(comment && { comment }),
      ...(conditions.length > 0 && { conditions }),
      ...(confirmed.length > 0 && { confirmed }),
      ...(notBefore !== undefined && { notBefore }),
      ...(notAfter !== undefined && { notAfter }),
      ...(again && { again }),
      ...(flags && { flags }),
      shownDigest: holder.seat.round.shownDigest,
      template,
      assurance: 'link',
      reached,
      ...(held && { held }),
    },
    loaded,
  );
}

/**
 * What the directory says now of those who have approved in this round: they may have left it, or the group they were asked
 * by. Asked only where a policy was published since and somebody has approved: any other vote makes no call for it.
 */
async function peopleSince(
  services: { policy: Pick<CastServices['policy'], 'people'> },
  { seat, inForce, people }: Pick<LinkHolder, 'seat' | 'inForce' | 'people'>,
): Promise<LinkHolder['people']> {
  const { votes, gate } = seat.round;
  const approved = votes.flatMap(({ vote, stage, person }) => {
    const approver = gate.stages[stage]?.approvers.find((one) => one.person === person);
    return vote === 'for' ? [person, ...(approver ? ownersOf(approver) : [])] : [];
  });
  const found = await peopleNow(services, seat.round, inForce, approved);
  return found ? new Map([...(people ?? []), ...found]) : people;
}

/** Who it is, as commands want to know it. */
export function byLink({ link, person, revoked, people }: Pick<LinkHolder, 'link' | 'person' | 'revoked' | 'people'>) {
  return { link, holder: person, revoked, people };
}

/** Records that the holder of a genuine link was refused. Bounded; where the bound is reached, it is only counted. */
export async function noteRefused(
  services: CastServices,
  { link, entries }: LinkHolder,
  refused: { nonce: string; answer: string; refusal: Refusal; reached: Reached },
): Promise<void> {
  services.metrics.count('LinkRefused', { code: refused.refusal.code });
  const { answer, nonce, refusal, reached } = refused;
  const attempted = answer.slice(0, 40);
  const note = { commandId: `refused:${nonce}`, link, attempted, code: refusal.code, reached };
  await runLinkCommand(services, link.id, { type: 'note_refused', ...note }, entries);
}
