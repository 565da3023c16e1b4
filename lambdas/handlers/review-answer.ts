import { type Edit, type EditProblem, editableFields, editOf } from '../../core/edit.ts';
import { answersOf, type StageAnswer } from '../../core/gate.ts';
import type { FormProblem } from '../../core/view.ts';
import type { LinkHolder } from '../commands/link-holder.ts';
import { payloadOf } from '../commands/stored-payload.ts';
import type { PayloadReader } from '../services.ts';
import { approves, handsOn } from '../web/answers.ts';
import type { FormBody } from '../web/form-body.ts';
import { formProblems } from '../web/form-problems.ts';

/** What somebody sent from the form, understood: what kind of answer it is, what it changes, and what is wrong with it. */
export interface Read {
  kind: 'vote' | 'edit' | 'delegate' | 'comment';
  /** What was typed into editable values; nothing where none was changed, or the answer is no approval. */
  edit: Edit | undefined;
  /** Values were changed and the answer does not apply them. */
  leftOut: boolean;
  problems: FormProblem[];
}

/** Reads a payload only where the request has editable values and the form sent some. */
export async function readAnswer(
  services: { payloads: PayloadReader },
  holder: LinkHolder,
  body: FormBody,
  now: string,
): Promise<Read> {
  const { stage } = holder.seat;
  const answer = answersOf(stage).find(({ name }) => name === body.answer);
  const typed = await editTyped(services, holder, body);
  const changed = 'problems' in typed || typed.changed.length > 0;
  const approving = answer !== undefined && approves(answer);
  const { criteria = [], comment } = stage;
  return {
    kind: kindOf(body, answer, approving && changed),
    edit: approving && !('problems' in typed) && changed ? typed : undefined,
    leftOut: changed && !approving,
    problems: [
      ...('problems' in typed && approving ? typed.problems.map(valueProblem) : []),
      ...formProblems(body, { criteria, ...(comment && { comment }) }, answer, now),
      ...missing(body, answer),
    ],
  };
}

function kindOf(body: FormBody, answer: StageAnswer | undefined, edits: boolean): Read['kind'] {
  if (body.answer === 'comment') return 'comment';
  if (isDelegation(body, answer)) return 'delegate';
  return edits ? 'edit' : 'vote';
}

function isDelegation({ answer: name }: FormBody, answer: StageAnswer | undefined): boolean {
  return answer ? handsOn(answer) : name === 'delegate';
}

function missing(body: FormBody, answer: StageAnswer | undefined): FormProblem[] {
  if (body.answer === 'comment' && body.comment === '')
    return [{ field: 'comment', message: 'There is no comment yet.' }];
  if (isDelegation(body, answer) && !body.delegateTo)
    return [{ field: 'delegate-to', message: 'Whom to hand it on to is missing: write their address.' }];
  return [];
}

function valueProblem({ field, message }: EditProblem): FormProblem {
  return { field: `value-${field}`, message };
}

const nothing: Edit = { payload: null, changed: [] };

async function editTyped(
  services: { payloads: PayloadReader },
  { request, seat }: LinkHolder,
  { values = [] }: FormBody,
): Promise<ReturnType<typeof editOf>> {
  const { editable = [] } = request.claim;
  if (editable.length === 0 || values.length === 0) return nothing;
  const payload = await payloadOf(services, seat.round);
  return editOf(payload, editableFields(payload, editable), values);
}
