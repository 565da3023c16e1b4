import { prettyNumber } from '../../core/pretty.ts';
import { counted, onlyClaims, riskInWords, utcInWords, verifiedInWords } from '../../core/review-words.ts';
import type { Shown } from '../../core/shown.ts';
import { shortLine } from '../../core/visible.ts';
import { foreign } from '../markup.ts';
import type { Mail } from '../services.ts';
import { mailAddress } from './address.ts';
import { htmlOf, type MailPart, textOf } from './write.ts';

/** One request of a digest. `link` is the approver's own, absolute; `deadline`, ISO, is until when it can be answered. */
export interface DigestItem {
  shown: Shown;
  deadline: string;
  link: string;
}

export interface Digest {
  to: string;
  items: readonly DigestItem[];
  /** How many more may be waiting, which the next digest lists. */
  more: number;
  /** Of all that were too many to be mailed one by one, how many the loudest source asked. */
  loudest: { source: string; count: number; of: number };
}

/**
 * The mail that lists requests which wait for one approver, because more asked them in an hour than are mailed one by one
 * (R42). Throws `UnsafeAddress` where `to` is not one bare address.
 */
export function digestMail({ to, items, more, loudest }: Digest): Mail {
  const requests = counted(items.length, 'request');
  const heading = `${requests} ${items.length === 1 ? 'waits' : 'wait'} for your decision`;
  const subject = `Please decide: ${requests}`;
  const parts: MailPart[] = [
    {
      kind: 'says',
      text: 'You were asked so often within an hour that these come in one mail. Each is a request of its own, with a link of its own.',
    },
    {
      kind: 'facts',
      facts: [
        {
          label: 'Most came from',
          text: `${loudest.source}: ${prettyNumber(loudest.count)} of ${prettyNumber(loudest.of)} that were too many for mails of their own`,
        },
      ],
    },
    {
      kind: 'says',
      text: 'You did not expect them? Open one and choose “Report this” below its form: whoever runs Countersign is told. What nobody answers expires, and is never approved.',
    },
    {
      kind: 'says',
      text: 'Nothing happens by opening a link: you decide on its page. The links are yours alone, so do not pass this mail on.',
    },
    ...items.flatMap(partsOf),
    ...(more > 0
      ? [
          {
            kind: 'says' as const,
            text: `Up to ${prettyNumber(more)} more ${more === 1 ? 'waits' : 'wait'}. The next mail like this lists them.`,
          },
        ]
      : []),
  ];
  return {
    to: mailAddress(to),
    subject,
    text: textOf(heading, parts),
    html: htmlOf(subject, foreign(heading), parts),
  };
}

/** Short enough that the longest digest of the longest texts is shown whole by every mailbox: the page shows all of it. */
const shortest = 60;

function partsOf({ shown, deadline, link }: DigestItem, index: number): MailPart[] {
  const { claim, requestId, id } = shown;
  const who = onlyClaims(shown) ? 'Says it is' : 'Who asks';
  const facts = [
    { label: `${index + 1}. What`, text: shortLine(claim.title, 2 * shortest) },
    { label: 'Where', text: `${shortLine(claim.environment, shortest)}, ${riskInWords[claim.risk].toLowerCase()}` },
    {
      label: who,
      text: `${shortLine(claim.requestedBy, shortest)} (${shortLine(verifiedInWords(shown), 2 * shortest)})`,
    },
    { label: 'Answer until', text: utcInWords(deadline) },
    { label: 'Request', text: `${shortLine(requestId, shortest)}, ${id}` },
  ];
  return [
    { kind: 'facts', facts },
    { kind: 'link', label: 'Look and decide', url: link, notes: [] },
  ];
}
