import { sha256Hex } from '../../core/canonical.ts';
import type { Reached } from '../../core/decide/vote.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Services } from '../services.ts';
import type { LinkHolder } from './link-holder.ts';
import { type Done, runCommand } from './run-command.ts';

/** What was sent from a review page. `nonce` is the page's, unsealed: it names the command. */
export interface Sent {
  answer: string;
  comment: string;
  conditions: string[];
  nonce: string;
  template: string;
  reached: Reached;
}

type CastServices = Pick<Services, 'log' | 'clock' | 'metrics'>;

/** Records an answer, or a comment (`answer: 'comment'`); where it is refused, records the refused attempt. */
export async function cast(services: CastServices, holder: LinkHolder, sent: Sent): Promise<Done> {
  const { link, person, revoked, entries, seat } = holder;
  const { comment, conditions, answer, nonce, template, reached } = sent;
  // A page brought back can send another comment; what it sends again is the same one.
  const commandId = answer === 'comment' ? `page:${nonce}:${sha256Hex(comment).slice(0, 12)}` : `page:${nonce}`;
  const common = { commandId, link, holder: person, revoked };
  const done = await runCommand(
    services,
    link.id,
    answer === 'comment'
      ? { type: 'comment', ...common, comment }
      : {
          type: 'vote',
          ...common,
          answer,
          ...(comment && { comment }),
          ...(conditions.length > 0 && { conditions }),
          shownDigest: seat.round.shownDigest,
          template,
          assurance: 'link',
          reached,
        },
    entries,
  );
  if (done.kind === 'appended') services.metrics.count('DecisionRecorded', { answer });
  if (done.kind === 'refused') await noteRefused(services, holder, { nonce, answer, refusal: done.refusal, reached });
  return done;
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
  await runCommand(services, link.id, { type: 'note_refused', ...note }, entries);
}
