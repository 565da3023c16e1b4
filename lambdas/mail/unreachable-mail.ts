import { utcInWords } from '../../core/review-words.ts';
import type { StatusView } from '../../core/view.ts';
import { foreign } from '../markup.ts';
import type { Mail } from '../services.ts';
import { mailAddress } from './address.ts';
import { askedPart, factsOf } from './facts.ts';
import { subjectOf } from './subject.ts';
import { htmlOf, type MailPart, textOf } from './write.ts';

/**
 * The mail that tells the requester that too few people are left to approve what they asked for: why, what happens with it,
 * and what they can do. `problems`: each part of the gate that cannot be met. It holds no link. Throws `UnsafeAddress` where
 * `to` is not one bare address.
 */
export function unreachableMail(told: { view: StatusView; to: string; problems: readonly string[] }): Mail {
  const { view, to, problems } = told;
  const { shown } = view;
  const heading =
    view.status === 'granted' ? 'Approved, but cannot take effect any more' : 'Cannot be approved any more';
  const subject = subjectOf(`${heading}: `, shown.claim.title, '');
  const parts: MailPart[] = [
    {
      kind: 'says',
      text: 'You are named as the one who asked for this. Somebody whose approval it needs has left the directory, or the group they were asked for, and nobody there can take their place.',
    },
    { kind: 'facts', facts: factsOf(shown) },
    { kind: 'list', heading: 'What keeps it from being approved', items: problems, length: 10, whole: recorded },
    askedPart(view.asked, recorded),
    { kind: 'says', text: `What happens now: ${expiryInWords(view)} Nothing is approved by that.` },
    {
      kind: 'says',
      text: 'What you can do: cancel it and ask again, or ask whoever runs Countersign to put people in the directory who may approve it. It is looked at again whenever that changes.',
    },
    { kind: 'facts', facts: [{ label: 'Request', text: `${shown.requestId}, ${shown.id}, round ${shown.round}` }] },
  ];
  return { to: mailAddress(to), subject, text: textOf(heading, parts), html: htmlOf(subject, foreign(heading), parts) };
}

const recorded = 'The request’s record holds all of it.';

/** When a request expires whose gate is out of reach. */
export function expiryInWords({ status, deadline, effectAt }: StatusView): string {
  if (status === 'granted' && effectAt !== undefined)
    return `It expires on ${utcInWords(effectAt)} instead of taking effect.`;
  return deadline === undefined ? 'It expires.' : `It expires on ${utcInWords(deadline)} unless it is decided before.`;
}
