import type { LinkHolder } from '../commands/link-holder.ts';
import { report } from '../commands/report.ts';
import { type Page, recordedPage } from '../web/pages.ts';
import { recordedAnswerOf, statusViewOf } from '../web/view-of.ts';
import { deadEnd } from './review-dead-ends.ts';
import { now, type ReviewServices } from './review-form.ts';

/** Records a report of the request, whatever has become of it meanwhile, and says that it decided nothing. */
export async function reported(
  services: ReviewServices,
  holder: LinkHolder,
  sent: Parameters<typeof report>[2],
): Promise<Page> {
  const done = await report(services, holder, sent);
  if (done.kind === 'refused')
    return deadEnd(services, { ...holder, request: done.request ?? holder.request }, done.refusal, true);
  const recorded = recordedAnswerOf(done.request, done.entry.seq);
  if (!recorded) throw new Error(`entry ${done.entry.seq} of request ${done.request.id} is no report`);
  return recordedPage({
    view: statusViewOf(done.request, { now: now(services) }),
    recorded,
    reader: holder.seat.approver,
  });
}
