import { prettyJson } from '../../core/pretty.ts';
import { riskInWords, timeLeft, utcInWords } from '../../core/review-words.ts';
import type { ReviewView } from '../../core/view.ts';
import { shortLine } from '../../core/visible.ts';
import { foreign } from '../markup.ts';
import type { Mail } from '../services.ts';
import { mailAddress } from './address.ts';
import { askedPart, becausePart, claimsOf, factsOf, historyPart, overridePart, windowFacts } from './facts.ts';
import { subjectOf } from './subject.ts';
import { type Fact, htmlOf, type MailPart, textOf } from './write.ts';

const onThePage = 'The page shows all of it.';

/**
 * The mail that asks one approver to decide. `link` is their own, absolute, and stands only in the mail's text and one
 * `href`; `expires` is when it dies (ISO). Throws `UnsafeAddress` where the approver's address is not one bare address.
 */
export function requestMail({ view, link, expires }: { view: ReviewView; link: string; expires: string }): Mail {
  const { shown, stage } = view;
  const risk = riskInWords[shown.claim.risk].toLowerCase();
  const environment = shortLine(shown.claim.environment, 30);
  const isOverride = shown.bypass?.kind === 'emergency_override';
  const please = isOverride ? 'Emergency override, please decide: ' : 'Please decide: ';
  const subject = subjectOf(please, shown.claim.title, ` (${environment}, ${risk})`);
  const left = timeLeft(view.now, view.deadline);
  const parts: MailPart[] = [
    ...overridePart(shown, onThePage),
    {
      kind: 'facts',
      facts: [
        ...factsOf(shown),
        { label: 'Answer until', text: utcInWords(view.deadline) + (left ? ` (${left} left)` : '') },
        ...(stage.count > 1
          ? [{ label: 'Your stage', text: `${stage.index + 1} of ${stage.count}: ${stage.name}` }]
          : []),
        ...seatFacts(view),
        ...windowFacts(shown),
        ...(view.roundReason ? [{ label: `Round ${shown.round}, because`, text: view.roundReason }] : []),
      ],
    },
    {
      kind: 'link',
      label: 'Look and decide',
      url: link,
      notes: [
        'Nothing happens by opening this link: you decide on the page.',
        `It is yours alone, so do not pass it on. It works until ${utcInWords(expires)}.`,
      ],
    },
    ...differencesPart(view),
    {
      kind: 'quoted',
      heading: 'Exactly what will be done',
      // Only its beginning is shown: of a large one, indenting the rest would be work for nothing.
      text: view.payloadText.length > 50_000 ? view.payloadText : prettyJson(view.payloadText),
      length: 4000,
      code: true,
      whole: onThePage,
    },
    {
      kind: 'facts',
      facts: [{ label: 'Its fingerprint (SHA-256)', text: shown.digest }, ...claimsOf(shown)],
    },
    ...(shown.claim.description
      ? [
          {
            kind: 'quoted' as const,
            heading: 'Description',
            text: shown.claim.description,
            length: 2000,
            whole: onThePage,
          },
        ]
      : []),
    ...(shown.claim.evidence?.length
      ? [
          {
            kind: 'list' as const,
            heading: 'Evidence (linked on the page)',
            items: shown.claim.evidence.map(({ label }) => label),
            length: 20,
            whole: onThePage,
          },
        ]
      : []),
    ...(stage.criteria.length > 0
      ? [
          {
            kind: 'list' as const,
            heading: `By approving you confirm (${stage.criteria.length})`,
            items: stage.criteria,
            length: 20,
            whole: onThePage,
          },
        ]
      : []),
    ...fieldsPart(view),
    ...historyPart(view.history, onThePage),
    askedPart(view.asked, onThePage),
    ...becausePart(shown, onThePage),
    { kind: 'facts', facts: [{ label: 'Request', text: `${shown.requestId}, ${shown.id}, round ${shown.round}` }] },
  ];
  const heading = 'Your decision is asked for';
  return {
    to: mailAddress(view.approver.address),
    subject,
    text: textOf(heading, parts),
    html: htmlOf(subject, foreign(heading), parts),
  };
}

/** Which rule asks, in whose place the reader sits, and what an answer of theirs needs. */
function seatFacts({ stage, asked, approver }: ReviewView): Fact[] {
  const open = asked[stage.index];
  const seat = open?.people.find(({ address }) => address === approver.address)?.seat;
  const needed = { always: 'every answer needs one', unless_approved: 'needed unless you approve' };
  return [
    ...(open?.from === undefined ? [] : [{ label: 'Asked for by the rule', text: open.from }]),
    ...(seat === undefined ? [] : [{ label: 'You decide', text: seat }]),
    ...(stage.comment ? [{ label: 'Comment', text: needed[stage.comment] }] : []),
    ...(stage.delegateTo?.length ? [{ label: 'You may delegate to', text: stage.delegateTo.join(', ') }] : []),
  ];
}

/** What the reader may change. */
function fieldsPart({ fields }: ReviewView): MailPart[] {
  if (fields.length === 0) return [];
  const items = fields.map(({ label, pointer }) => `${label} (${pointer})`);
  return [{ kind: 'list', heading: 'What you may change on the page', items, length: 20, whole: onThePage }];
}

function differencesPart(view: ReviewView): MailPart[] {
  if (!view.differences) return [];
  const items = view.differences.map((one) => {
    const place = one.path === '' ? 'the whole' : one.path;
    const [before, after] = [one.before ?? '', one.after ?? ''].map((text) => shortLine(text, 80));
    if (one.kind === 'added') return `${place} added: ${after}`;
    return one.kind === 'removed' ? `${place} removed: ${before}` : `${place} changed: ${before} is now ${after}`;
  });
  const from = view.shown.revises ? `the earlier request ${shortLine(view.shown.revises.requestId, 80)}` : 'before';
  return [
    {
      kind: 'list',
      heading: `What changed from ${from}`,
      items: items.length > 0 ? items : ['nothing: what will be done is the same, to the byte'],
      length: 20,
      whole: onThePage,
    },
  ];
}
