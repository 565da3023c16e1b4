import { Entry } from '../core/entry.ts';
import { answered, counted, utcInWords } from '../core/review-words.ts';
import { outcomeInWords } from '../core/words.ts';

/** One entry as a row: number, when, what, who, more. What this version does not know is shown by its type alone. */
export function entryInWords(item: unknown): string[] {
  const read = Entry.safeParse(item);
  if (!read.success) return ['?', '', 'an entry this version cannot read', '', ''];
  const entry = read.data;
  const { what, who = '', more = '' } = told(entry);
  const outcome = 'outcome' in entry && entry.outcome ? `so it was ${outcomeInWords(entry.outcome)}` : '';
  return [String(entry.seq), utcInWords(entry.at), what, who, [more, outcome].filter(Boolean).join('; ')];
}

function told(entry: Entry): { what: string; who?: string; more?: string } {
  switch (entry.type) {
    case 'opened':
      return { what: 'opened', who: entry.claim.requestedBy, more: entry.claim.title };
    case 'joined':
      return { what: 'joined', who: entry.source, more: counted(entry.tasks.length, 'task') };
    case 'left':
      return { what: 'task left', more: entry.reason };
    case 'decided':
      return { what: answered(entry.answer), who: entry.by, more: entry.comment ?? '' };
    case 'delegated':
      return { what: `delegated to ${entry.to.address}`, who: entry.by, more: entry.comment ?? '' };
    case 'withdrawn':
      return { what: 'took the approval back', who: entry.by, more: entry.comment ?? '' };
    case 'commented':
      return { what: 'commented', who: entry.by, more: entry.comment };
    case 'reported':
      return { what: 'reported it', who: entry.by, more: entry.comment ?? '' };
    case 'cancelled':
      return { what: 'cancelled', who: entry.by, more: entry.reason };
    case 'expired':
      return { what: 'expired' };
    case 'took_effect':
      return { what: 'took effect' };
    case 'round_opened':
      return { what: `round ${entry.round} opened`, more: entry.reason };
    case 'links_reissued':
      return { what: 'links reissued', who: entry.by, more: [entry.person, entry.reason].filter(Boolean).join(': ') };
    case 'attempt_refused':
      return { what: `refused: ${entry.attempted}`, who: entry.by, more: entry.code };
    case 'task_answered':
      return { what: 'task answered', more: entry.result };
    case 'found_unreachable':
      return { what: 'can no longer be met', more: entry.problems.join(' ') };
    case 'review_opened':
      return { what: 'review opened', more: entry.review };
    case 'window_announced':
      return { what: 'window announced' };
    case 'let_through':
      return { what: 'let through by the window', more: `${entry.title} (${entry.request})` };
    case 'window_ended':
      return { what: 'window ended', who: entry.by ?? '', more: entry.reason ?? '' };
    case 'not_notified':
      return { what: 'mail not sent', who: entry.to, more: entry.reason };
  }
}
