import { outcomeHeading, utcInWords, workInWords } from '../../core/review-words.ts';
import type { StatusView } from '../../core/view.ts';
import { shortLine } from '../../core/visible.ts';
import { foreign } from '../markup.ts';
import type { Mail } from '../services.ts';
import { mailAddress } from './address.ts';
import { factsOf, historyPart, overridePart } from './facts.ts';
import { subjectOf } from './subject.ts';
import { htmlOf, type MailPart, textOf } from './write.ts';

/**
 * The mail that tells a settled request's outcome (W6): to those who were asked, that it is handled; to the requester, by
 * whom and why, and what happens now. It holds no link. Throws `UnsafeAddress` where `to` is not one bare address.
 */
export function outcomeMail({ view, to, as }: { view: StatusView; to: string; as: 'asked' | 'requester' }): Mail {
  const { shown } = view;
  const outcome = view.outcome ? outcomeHeading[view.outcome] : 'Settled';
  const subject = subjectOf(`${outcome}: `, shown.claim.title, '');
  const parts: MailPart[] = [
    {
      kind: 'says',
      text:
        as === 'asked'
          ? 'You were asked to decide this. It is settled now, and nothing is left for you to do.'
          : 'You are named as the one who asked for this. It is settled now.',
    },
    {
      kind: 'facts',
      facts: [
        { label: 'Outcome', text: outcome },
        ...(view.settledBy !== undefined ? [{ label: 'By', text: view.settledBy }] : []),
        ...(view.settledAt !== undefined ? [{ label: 'At', text: utcInWords(view.settledAt) }] : []),
        ...factsOf(shown),
      ],
    },
    ...overridePart(shown, recorded),
    ...(view.reason
      ? [{ kind: 'quoted' as const, heading: 'Reason', text: view.reason, length: 4000, whole: recorded }]
      : []),
    ...(view.conditions.length > 0
      ? [{ kind: 'list' as const, heading: 'Conditions', items: view.conditions, length: 20, whole: recorded }]
      : []),
    ...historyPart(view.history, recorded),
    { kind: 'says', text: `What happens now: ${whatNow(view, as)}` },
    {
      kind: 'facts',
      facts: [
        { label: 'Fingerprint of what was decided on (SHA-256)', text: shown.digest },
        { label: 'Request', text: `${shown.requestId}, ${shown.id}, round ${shown.round}` },
      ],
    },
  ];
  return {
    to: mailAddress(to),
    subject,
    text: textOf(outcome, parts),
    html: htmlOf(subject, foreign(outcome), parts),
  };
}

const recorded = 'The request’s record holds all of it.';

function whatNow(view: StatusView, as: 'asked' | 'requester'): string {
  const work = workInWords(view);
  if (view.outcome !== 'changes_requested' || as === 'asked') return work;
  return `${work} Once it is changed, ask again with a new request that revises “${shortLine(view.shown.requestId, 80)}”.`;
}
