import { onlyClaims, riskInWords, ruleOfPolicy, utcInWords, verifiedInWords } from '../../core/review-words.ts';
import type { Shown } from '../../core/shown.ts';
import type { AskedStage, HistoryItem } from '../../core/view.ts';
import { shortLine } from '../../core/visible.ts';
import type { Fact, MailPart } from './write.ts';

/** Who asks for what, where and how risky: the same as the page's first lines. */
export function factsOf(shown: Shown): Fact[] {
  const { claim } = shown;
  return [
    { label: 'What', text: claim.title },
    { label: 'Where', text: claim.environment },
    { label: 'Risk', text: riskInWords[claim.risk] },
    { label: onlyClaims(shown) ? 'Says it is' : 'Who asks', text: claim.requestedBy },
    { label: 'AWS verified', text: verifiedInWords(shown) },
  ];
}

/** What the requester says besides, bounded: the page shows all of it. */
export function claimsOf({ claim }: Shown): Fact[] {
  const facts = Object.entries(claim.facts ?? {}).slice(0, 12);
  return [
    { label: 'Priority', text: claim.priority },
    ...facts.map(([name, value]) => ({
      label: shortLine(name, 60),
      text: shortLine(typeof value === 'string' ? value : JSON.stringify(value), 200),
    })),
  ];
}

/** An emergency override, before everything else: that it is one, and why it cannot wait; nothing where it is none. */
export function overridePart({ bypass }: Shown, whole: string): MailPart[] {
  if (bypass?.kind !== 'emergency_override') return [];
  const since = bypass.actedFirst
    ? 'It took effect at once, before anybody approved it.'
    : 'Approved, it goes round the ordinary gate and takes effect at once.';
  return [
    { kind: 'says', text: `EMERGENCY OVERRIDE. ${since} It is recorded as one, and is reviewed afterwards.` },
    {
      kind: 'quoted',
      heading: 'Why it cannot wait, in the requester’s words',
      text: bypass.justification,
      length: 2000,
      whole,
    },
  ];
}

/** From when until when an approval may take effect, where its gate says so. */
export function windowFacts({ notBefore, notAfter }: Shown): Fact[] {
  return [
    ...(notBefore === undefined ? [] : [{ label: 'Takes effect', text: `${utcInWords(notBefore)} at the earliest` }]),
    ...(notAfter === undefined ? [] : [{ label: 'Not after', text: utcInWords(notAfter) }]),
  ];
}

/** Which rules of the policy ask for this gate, and why; nothing where that was not recorded. */
export function becausePart({ because = [] }: Shown, whole: string): MailPart[] {
  if (because.length === 0) return [];
  const items = because.map(({ rule, why }) => `${ruleOfPolicy(rule)}: ${why}`);
  return [{ kind: 'list', heading: 'Why this gate', items, length: 20, whole }];
}

/** Everybody asked and where they stand. */
export function askedPart(stages: readonly AskedStage[], whole: string): MailPart {
  const items = stages.flatMap((stage, index) =>
    stage.people.map((person) => {
      const where = stages.length > 1 ? `Stage ${index + 1}, ${stage.stage}: ` : '';
      const seat = person.seat === undefined ? '' : ` ${person.seat},`;
      return `${where}${person.name} (${person.address}),${seat} ${person.standing}`;
    }),
  );
  const rules = stages.map((stage) => stage.rule).join(', then ');
  return { kind: 'list', heading: `Who is asked (needs ${rules})`, items, length: 20, whole };
}

/** Votes and comments so far; nothing where there is only the asking itself. */
export function historyPart(items: readonly HistoryItem[], whole: string): MailPart[] {
  const said = items.filter((item) => item.what !== 'asked').map(inOneLine);
  return said.length === 0 ? [] : [{ kind: 'list', heading: 'So far', items: said, length: 20, whole }];
}

function inOneLine(item: HistoryItem): string {
  const conditions = item.conditions?.length ? `, on condition that: ${item.conditions.join('; ')}` : '';
  const wishes = item.wishes?.length ? `; ${item.wishes.join('; ')}` : '';
  return `${item.who} ${item.what}${item.comment ? `: ${item.comment}` : ''}${conditions}${wishes}`;
}
