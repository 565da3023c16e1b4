import { prettyNumber } from '../../core/pretty.ts';
import { counted, riskInWords } from '../../core/review-words.ts';
import type { Shown } from '../../core/shown.ts';
import { shortLine } from '../../core/visible.ts';
import { foreign } from '../markup.ts';
import type { Mail } from '../services.ts';
import { mailAddress } from './address.ts';
import { htmlOf, type MailPart, textOf } from './write.ts';

/** What became of one request, in words, and what it has to do with whom it is told to. */
export interface NewsItem {
  shown: Shown;
  news: string;
  as: 'asked' | 'requester';
}

export interface NewsDigest {
  to: string;
  items: readonly NewsItem[];
  /** How many more may follow, in the next digest. */
  more: number;
}

/**
 * The mail that lists what became of requests, because more of them came to an end in an hour than are told one by one
 * (R42). It holds no link. Throws `UnsafeAddress` where `to` is not one bare address.
 */
export function newsDigestMail({ to, items, more }: NewsDigest): Mail {
  const heading = `What became of ${counted(items.length, 'request')}`;
  const parts: MailPart[] = [
    {
      kind: 'says',
      text: 'You were told the outcome of so many requests within an hour that these come in one mail. Nothing in it is left for you to decide.',
    },
    ...items.map(partOf),
    ...(more > 0
      ? [{ kind: 'says' as const, text: `Up to ${prettyNumber(more)} more: the next mail like this lists them.` }]
      : []),
  ];
  const html = htmlOf(heading, foreign(heading), parts);
  return { to: mailAddress(to), subject: heading, text: textOf(heading, parts), html };
}

const shortest = 60;
const youInWords = { asked: 'were asked to decide it', requester: 'are named as the one who asked for it' } as const;

function partOf({ shown, news, as }: NewsItem, index: number): MailPart {
  const { claim, requestId, id } = shown;
  return {
    kind: 'facts',
    facts: [
      { label: `${index + 1}. What`, text: shortLine(claim.title, 2 * shortest) },
      { label: 'What became of it', text: shortLine(news, 3 * shortest) },
      { label: 'Where', text: `${shortLine(claim.environment, shortest)}, ${riskInWords[claim.risk].toLowerCase()}` },
      { label: 'You', text: youInWords[as] },
      { label: 'Request', text: `${shortLine(requestId, shortest)}, ${id}` },
    ],
  };
}
