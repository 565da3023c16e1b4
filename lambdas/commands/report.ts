import { byLink, type CastServices, noteRefused, type Sent } from './cast.ts';
import type { LinkHolder } from './link-holder.ts';
import { type Done, runLinkCommand } from './run-command.ts';

/** Records that the link holder reports the request, and rings; where it is refused, records the refused attempt. */
export async function report(
  services: CastServices,
  holder: LinkHolder,
  { nonce, comment, reached }: Pick<Sent, 'nonce' | 'comment' | 'reached'>,
): Promise<Done> {
  const command = { commandId: `page:${nonce}`, ...byLink(holder), ...(comment && { comment }), reached };
  const done = await runLinkCommand(services, holder.link.id, { type: 'report', ...command }, holder.entries);
  if (done.kind === 'appended') services.metrics.count('RequestReported', { source: holder.request.source });
  if (done.kind === 'refused')
    await noteRefused(services, holder, { nonce, answer: 'report', refusal: done.refusal, reached });
  return done;
}
