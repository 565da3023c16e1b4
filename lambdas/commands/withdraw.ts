import { byLink, type CastServices, noteRefused, type Sent } from './cast.ts';
import type { LinkHolder } from './link-holder.ts';
import { type Done, runLinkCommand } from './run-command.ts';

/** Takes the link holder's approval back before it has taken effect; where it is refused, records the refused attempt. */
export async function withdrawApproval(
  services: CastServices,
  holder: LinkHolder,
  { nonce, comment, reached }: Pick<Sent, 'nonce' | 'comment' | 'reached'>,
): Promise<Done> {
  const command = { commandId: `page:${nonce}`, ...byLink(holder), ...(comment && { comment }), reached };
  const done = await runLinkCommand(services, holder.link.id, { type: 'withdraw', ...command }, holder.entries);
  if (done.kind === 'appended') services.metrics.count('DecisionRecorded', { answer: 'withdraw' });
  if (done.kind === 'refused')
    await noteRefused(services, holder, { nonce, answer: 'withdraw', refusal: done.refusal, reached });
  return done;
}
