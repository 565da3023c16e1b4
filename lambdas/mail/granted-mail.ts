import { utcInWords, workInWords } from '../../core/review-words.ts';
import type { StatusView } from '../../core/view.ts';
import { foreign } from '../markup.ts';
import type { Mail } from '../services.ts';
import { mailAddress } from './address.ts';
import { factsOf, historyPart } from './facts.ts';
import { subjectOf } from './subject.ts';
import { htmlOf, type MailPart, textOf } from './write.ts';

/**
 * The mail that tells that every vote is in and when the approval takes effect: to those who were asked, and to the
 * requester. `link`, absolute, is of somebody who approved: until then they can take it back. Throws `UnsafeAddress` where
 * `to` is not one bare address.
 */
export function grantedMail({ view, to, link }: { view: StatusView; to: string; link?: string }): Mail {
  const { shown } = view;
  const subject = subjectOf('Approved, not in effect yet: ', shown.claim.title, '');
  const heading = 'Approved, not in effect yet';
  const when = view.effectAt === undefined ? 'at its time' : utcInWords(view.effectAt);
  const parts: MailPart[] = [
    { kind: 'says', text: 'Everybody whose approval it needs has approved. It takes effect at its time.' },
    { kind: 'facts', facts: [{ label: 'Takes effect', text: when }, ...factsOf(shown)] },
    ...(link === undefined
      ? [{ kind: 'says' as const, text: 'Until then each of those who approved can take their approval back.' }]
      : [
          {
            kind: 'link' as const,
            label: 'Look, or take your approval back',
            url: link,
            notes: [
              'Nothing happens by opening this link: you decide on the page.',
              `It is yours alone, so do not pass it on. It works until ${when}.`,
            ],
          },
        ]),
    ...historyPart(view.history, 'The request’s record holds all of it.'),
    { kind: 'says', text: `What happens now: ${workInWords(view)}` },
    { kind: 'facts', facts: [{ label: 'Request', text: `${shown.requestId}, ${shown.id}, round ${shown.round}` }] },
  ];
  return {
    to: mailAddress(to),
    subject,
    text: textOf(heading, parts),
    html: htmlOf(subject, foreign(heading), parts),
  };
}
