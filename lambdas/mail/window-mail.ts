import type { WindowNews } from '../../core/due-mails.ts';
import type { Maintenance } from '../../core/maintenance/window.ts';
import { utcInWords } from '../../core/review-words.ts';
import { foreign } from '../markup.ts';
import type { Mail } from '../services.ts';
import { mailAddress } from './address.ts';
import { subjectOf } from './subject.ts';
import { type Fact, htmlOf, type MailPart, textOf } from './write.ts';

/** A maintenance window, whom it is told to, and what there is to tell. */
export interface WindowTold extends Maintenance {
  news: WindowNews;
  to: string;
  /** `id` of its request, and who asked for it. */
  id: string;
  askedBy: string;
}

const headings: Record<WindowNews, string> = {
  ahead: 'Maintenance ahead',
  begun: 'Maintenance has begun',
  over: 'Maintenance is over',
  off: 'Maintenance will not take place',
};

/**
 * Tells a stakeholder of a maintenance window: before, at its start, at its end, or that it will not come after all. It
 * holds no link and asks for nothing. Throws `UnsafeAddress` where `to` is not one bare address.
 */
export function windowMail(told: WindowTold): Mail {
  const { window, news, to, id, askedBy } = told;
  const heading = headings[news];
  const subject = subjectOf(`${heading}: `, window.title, '');
  const parts: MailPart[] = [
    { kind: 'says', text: whatItMeans(told) },
    {
      kind: 'facts',
      facts: [
        { label: 'What', text: window.title },
        { label: 'From', text: utcInWords(window.from) },
        { label: 'To', text: utcInWords(window.to) },
        { label: 'Where', text: window.environments.join(', ') },
        { label: 'For requests of', text: window.sources.join(', ') },
        { label: 'Who asked for it', text: askedBy },
        ...endOf(told),
      ],
    },
    {
      kind: 'quoted',
      heading: 'Why',
      text: window.reason,
      length: 1000,
      whole: 'The request’s record holds all of it.',
    },
    { kind: 'says', text: 'You are told because you are named as a stakeholder. There is nothing for you to decide.' },
    { kind: 'facts', facts: [{ label: 'Request', text: id }] },
  ];
  return { to: mailAddress(to), subject, text: textOf(heading, parts), html: htmlOf(subject, foreign(heading), parts) };
}

function whatItMeans({ news, through }: WindowTold): string {
  switch (news) {
    case 'ahead':
      return 'A maintenance window has been approved. While it is open, what it is for is let through without an approval of its own, and recorded.';
    case 'begun':
      return 'A maintenance window has opened. Until it ends, what it is for is let through without an approval of its own, and recorded.';
    case 'over': {
      const count = through.length === 1 ? '1 request was' : `${through.length || 'No'} requests were`;
      return `The maintenance window has ended: everything needs its approval again. ${count} let through. Somebody is asked now to confirm that all is well.`;
    }
    case 'off':
      return 'You were told of a maintenance window. It has been taken back and will not take place: everything needs its approval as always.';
  }
}

function endOf({ ended }: WindowTold): Fact[] {
  if (ended?.by === undefined) return [];
  return [
    { label: 'Ended early by', text: ended.by },
    { label: 'Ended at', text: utcInWords(ended.at) },
    ...(ended.reason === undefined ? [] : [{ label: 'Because', text: ended.reason }]),
  ];
}
