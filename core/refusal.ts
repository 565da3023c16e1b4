/**
 * Refusals are values: what was asked is refused, with a code, and a sentence for the person who asked.
 * One table says what each code is over HTTP; events and audit entries carry the code.
 */
export const refusals = {
  invalid: { status: 400, sentence: 'The request is not valid.' },
  forged: { status: 404, sentence: 'This link is not valid.' },
  not_found: { status: 404, sentence: 'There is no such request.' },
  no_policy: {
    status: 503,
    sentence: 'No policy has been published yet, so nothing can be opened. Run `countersign policy publish FILE`.',
  },
  policy_unavailable: {
    status: 503,
    sentence: 'The policy cannot be read at the moment. Nothing has changed; try again.',
  },
  unavailable: {
    status: 503,
    sentence: 'Something this needs is not available at the moment. Nothing has changed; try again.',
  },
  source_not_registered: { status: 403, sentence: 'The policy does not register this source.' },
  claim_not_allowed: { status: 403, sentence: 'The policy does not let this source claim that.' },
  no_gate: { status: 403, sentence: 'The policy has no gate for this environment and risk.' },
  gate_unreachable: { status: 403, sentence: 'Not enough people are left who may approve this.' },
  override_blocked: {
    status: 403,
    sentence: 'A review of an earlier emergency override is overdue.',
  },
  foreign_token: { status: 403, sentence: 'The task token or execution belongs to another account.' },
  content_differs: { status: 409, sentence: 'A request with this key exists and its content differs.' },
  key_used_up: {
    status: 409,
    sentence: 'A request with this key was settled more than 24 hours ago. Use a new requestId.',
  },
  four_eyes: { status: 403, sentence: 'You asked for this or wrote it, so somebody else has to decide.' },
  not_eligible: { status: 403, sentence: 'You are not among those who may decide this.' },
  handed_on: { status: 410, sentence: 'You have handed this on, so somebody else decides it now.' },
  already_voted: { status: 409, sentence: 'You have already answered this.' },
  already_settled: { status: 409, sentence: 'This request has already been settled.' },
  not_your_turn: { status: 409, sentence: 'This stage is not open for answers.' },
  gate_changed: {
    status: 409,
    sentence:
      'Somebody whose approval counted here is no longer among those it asks, so who has to agree is worked out again. You are mailed a new link within minutes if you are asked.',
  },
  superseded: { status: 409, sentence: 'What is to be done has changed since this link was sent.' },
  expired: { status: 410, sentence: 'The time to answer has passed.' },
  link_expired: { status: 410, sentence: 'This link has expired.' },
  link_reissued: { status: 410, sentence: 'A newer link has been sent to you.' },
  link_revoked: { status: 410, sentence: 'This link is no longer valid.' },
  no_longer_waiting: { status: 410, sentence: 'The work that asked is no longer waiting.' },
  criteria_missing: { status: 400, sentence: 'Not every item of the checklist is confirmed.' },
  comment_missing: { status: 400, sentence: 'This answer needs a comment that says why.' },
  not_delegable: { status: 403, sentence: 'This stage cannot be handed on to somebody else.' },
  unknown_answer: { status: 400, sentence: 'That is not an answer this stage takes.' },
  not_together: {
    status: 409,
    sentence: 'This is not, or not any more, the same as what the page shows: it has to be decided on its own page.',
  },
  stale_form: { status: 409, sentence: 'The page was too old to be used as it was. What you typed is still there.' },
  wrong_origin: { status: 403, sentence: 'This was not sent from the review page.' },
  not_yours: { status: 403, sentence: 'Only the requester, or somebody the policy names, may do that.' },
  window_shut: { status: 409, sentence: 'This maintenance window is not in force.' },
  too_early: { status: 409, sentence: 'It is not time for that yet.' },
  too_many: { status: 429, sentence: 'There have been too many of these.' },
  too_large: { status: 413, sentence: 'This is too large.' },
} as const satisfies Record<string, { status: number; sentence: string }>;

export type RefusalCode = keyof typeof refusals;

/** One problem in an input. `path` is dotted, empty for the whole. Problems of a file have a place in it, counted from 1. */
export interface Problem {
  path: string;
  message: string;
  line?: number | undefined;
  column?: number | undefined;
  /** What was probably meant. */
  suggestion?: string | undefined;
}

export interface Refusal {
  code: RefusalCode;
  /** HTTP status. */
  status: number;
  /** What happened and what to do, for a person; holds no secret. */
  message: string;
  errors: Problem[];
}

/** Makes a refusal. Without `errors` its own sentence is the only problem, on `path` (default: the whole input). */
export function refuse(code: RefusalCode, message?: string, errors?: Problem[] | string): Refusal {
  const { status, sentence } = refusals[code];
  const said = message ?? sentence;
  const list = Array.isArray(errors) ? errors : [{ path: errors ?? '', message: said }];
  return { code, status, message: said, errors: list };
}
