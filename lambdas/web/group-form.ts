import { mostTogether } from '../../core/group.ts';
import { counted } from '../../core/review-words.ts';
import type { FormProblem, ReviewView, TypedForm } from '../../core/view.ts';
import { html, type Markup, type Part } from '../markup.ts';
import { evidenceList } from './about.ts';
import { described } from './field.ts';
import { phrase, time, until } from './text.ts';

/** Above this many they are folded up, so that the buttons stay near. */
const manyAlike = 5;

/** Boxes for identical requests, none of them ticked unless it was before. */
export function alikeFields(view: ReviewView, typed: TypedForm, problems: readonly FormProblem[]): Part {
  const { alike = [], now } = view;
  if (alike.length === 0) return undefined;
  const chosen = new Set(typed.also?.map(idIn));
  const one = alike.length === 1;
  const { describes, words } = described(
    'also',
    `Each that you tick gets the same answer, comment and conditions, and a record of its own. What ${one ? 'it asks' : 'they ask'} is exactly what stands on this page; only what is written beside ${one ? 'it' : 'each'} differs.`,
    problems,
  );
  const boxes = alike.map(({ value, requestId, openedAt, deadline, priority, evidence }, i) => {
    const ticked = chosen.has(idIn(value));
    return html`<div class="check"><input type="checkbox" id="also-${i}" name="also-${i}" value="${value}"${ticked && html` checked`}><div><label for="also-${i}">${phrase(requestId, 200)}</label><p class="hint">Asked ${time(openedAt)}. Answer until ${until(deadline, now)}.${priority !== view.shown.claim.priority && ` Priority: ${priority}.`}</p>${evidenceList(evidence)}</div></div>`;
  });
  const open = alike.length <= manyAlike || chosen.size > 0 || problems.some(({ field }) => field === 'also');
  return html`<fieldset id="also" tabindex="-1"${describes}><legend>Decide these too</legend>
<details class="flat"${open && html` open`}><summary>${heading(alike.length)}</summary>${words}
${boxes}</details></fieldset>`;
}

function heading(count: number): Markup {
  const wait = `${counted(count, 'identical request')} ${count === 1 ? 'waits' : 'wait'} for you as well`;
  return html`${wait}${count >= mostTogether && `; there may be more afterwards`}`;
}

const idIn = (value: string) => value.split('.', 1)[0];
