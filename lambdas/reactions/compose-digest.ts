import { addressOf } from '../../core/due-mails.ts';
import type { PolicyPointer } from '../../core/policy/policy.ts';
import type { Request } from '../../core/request.ts';
import { outcomeHeading, utcInWords } from '../../core/review-words.ts';
import type { StatusView } from '../../core/view.ts';
import { type Digest, digestMail } from '../mail/digest-mail.ts';
import { newsDigestMail } from '../mail/news-digest-mail.ts';
import { expiryInWords } from '../mail/unreachable-mail.ts';
import type { LeftMail, Mail } from '../services.ts';
import { statusViewOf } from '../web/view-of.ts';
import { askLink, type ComposingServices, newestKeys } from './compose-mails.ts';
import type { CappedMail } from './send-mails.ts';

/** What is to be in a digest: that it was left, of which request, and the mail that would have been its own. */
export interface Listed {
  left: LeftMail;
  request: Request;
  due: CappedMail;
}

/** A digest of what is listed, all of one kind and to one person; undefined where nothing is. */
export async function composeDigest(
  services: ComposingServices,
  listed: readonly Listed[],
  about: Pick<Digest, 'more' | 'loudest'>,
  pointer?: PolicyPointer,
): Promise<Mail | undefined> {
  const [newest] = listed.toSorted((a, b) => (a.left.since > b.left.since ? -1 : 1));
  if (!newest) return undefined;
  // Each request keeps the address that was theirs when it was opened: the newest knows best.
  const to = addressOf(newest.due);
  const now = services.clock().toISOString();
  if (newest.left.kind === 'ask') {
    const keys = await newestKeys(services, pointer);
    const items = listed.flatMap(({ request, due }) =>
      due.kind === 'ask'
        ? {
            shown: statusViewOf(request, { now }).shown,
            deadline: due.expires,
            link: askLink(services, request.id, due, keys),
          }
        : [],
    );
    return digestMail({ to, items, ...about });
  }
  const items = listed.map(({ request, due }) => {
    const view = statusViewOf(request, { now });
    const as = due.kind === 'settled' ? ('asked' as const) : ('requester' as const);
    return { shown: view.shown, news: newsOf(view), as };
  });
  return newsDigestMail({ to, items, more: about.more });
}

/** How a request ended; of one that has not, that it cannot be met. */
function newsOf(view: StatusView): string {
  const { outcome, settledAt, settledBy } = view;
  if (outcome === undefined || settledAt === undefined)
    return `Too few are left who may approve it. ${expiryInWords(view)}`;
  return `${outcomeHeading[outcome]}${settledBy === undefined ? '' : ` by ${settledBy}`}, ${utcInWords(settledAt)}`;
}
