import { type RefusalCode, refusals } from '../../core/refusal.ts';
import { html } from '../markup.ts';
import { frame, type Page } from './layout.ts';
import { type LinkOffer, linkForm } from './link-form.ts';

interface Words {
  heading: string;
  says: readonly string[];
}

const untouched = 'Nothing has changed, and nothing was decided.';
const invalid: Words = {
  heading: 'This link is not valid',
  says: [
    'It may have been cut off or changed on its way. Open it from the mail again, or copy the whole of it.',
    'If that does not help, ask whoever runs this system for help.',
  ],
};
const unavailable: Words = {
  heading: 'Not available at the moment',
  says: [
    'Something this page needs does not answer at the moment.',
    untouched,
    'The request is where it was. Try again in a minute: reloading is safe.',
  ],
};

/** What dead ends say that need more than the refusal's own sentence. */
const words: Partial<Record<RefusalCode, Words>> = {
  forged: invalid,
  not_found: invalid,
  unavailable,
  policy_unavailable: unavailable,
  no_policy: unavailable,
  expired: {
    heading: 'The time to answer has passed',
    says: ['Nobody can decide this request any more. It was not approved, and the work that asked may not go on.'],
  },
  link_expired: { heading: 'This link has expired', says: ['It can decide nothing any more.'] },
  link_reissued: {
    heading: 'There is a newer link',
    says: ['A newer link was made for you, so this one can decide nothing any more. Use the one in the latest mail.'],
  },
  link_revoked: {
    heading: 'This link was withdrawn',
    says: ['The key it was made with is no longer trusted, so the link can decide nothing any more.'],
  },
  no_longer_waiting: {
    heading: 'No longer waiting',
    says: ['The request was taken back, or the work that asked has ended. There is nothing left to decide.'],
  },
  not_eligible: {
    heading: 'You are not among those who may decide this',
    says: ['This link can decide nothing.', untouched, 'If that is a mistake, ask whoever keeps the policy.'],
  },
  four_eyes: {
    heading: 'Somebody else has to decide this',
    says: [
      'You asked for this, or you are named among its authors. Nobody decides what they asked for or wrote themselves.',
      untouched,
    ],
  },
  wrong_origin: {
    heading: 'This did not come from the review page',
    says: [
      'An answer counts only when it is sent from the review page itself.',
      untouched,
      'Open the link in the mail and answer there.',
    ],
  },
  too_many: {
    heading: 'Too many attempts',
    says: [untouched, 'Wait a minute, then open the link in the mail again.'],
  },
  too_large: {
    heading: 'That was too large',
    says: [untouched, 'Go back, shorten what you wrote, and send it again.'],
  },
  unknown_answer: {
    heading: 'That is not an answer this request takes',
    says: [untouched, 'Go back, reload the page, and answer with one of its buttons.'],
  },
  invalid: { heading: 'That could not be read', says: [untouched, 'Go back, reload the page, and answer again.'] },
};

/** Who has answered waits for no other link. */
const answeredAlready = ['You have answered already, and your answer stands.', 'Nothing more is asked of you here.'];

/** Dead ends whose request is open still, so that another link may serve. */
const replaceable: readonly RefusalCode[] = ['link_expired', 'link_reissued', 'link_revoked'];

/**
 * A dead end that shows nothing of the request: a heading, honest words, and the status its code stands for. With an
 * `offer`, those whose request is still open also offer to mail the current link. `why`: what is to be said of the reader
 * before all else. `answered`: they have, in the round that counts.
 */
export function refusedPage(props: { code: RefusalCode; why?: string; offer?: LinkOffer; answered?: boolean }): Page {
  const { status, sentence } = refusals[props.code];
  const { heading, says } = words[props.code] ?? { heading: sentence, says: [untouched] };
  const mayReplace = replaceable.includes(props.code);
  const offer = mayReplace ? props.offer : undefined;
  if (mayReplace && !offer && props.answered) return deadEnd(status, 'This link is no longer used', answeredAlready);
  return deadEnd(status, heading, props.why ? [props.why, ...says] : says, offer);
}

/** What is to be done cannot be shown as it was digested, so it cannot be approved (R32). */
export function cannotBeShownPage(): Page {
  return deadEnd(503, 'This request cannot be shown', [
    'What would be done cannot be shown exactly as it was asked for, so it cannot be decided here.',
    untouched,
    'Those who run this system should look into it.',
  ]);
}

/** After a press on `Send me the current link`. */
export function linkSentPage(): Page {
  return deadEnd(202, 'The current link is on its way', [
    'It is being mailed to the address this link was mailed to. It may take a minute.',
    'Nothing was decided by asking for it. Use the link in the newest mail; earlier ones no longer work.',
  ]);
}

function deadEnd(status: number, heading: string, says: readonly string[], offer?: LinkOffer): Page {
  const body = html`<div class="lead"><h1>${heading}</h1>${says.map((one) => html`<p>${one}</p>`)}${offer && linkForm(offer)}</div>`;
  return frame({ status, title: heading, body });
}
