import type { AskedStage, HistoryItem } from '../../core/view.ts';
import { html, type Markup } from '../markup.ts';
import { block, line, phrase, scroll, time } from './text.ts';

/** Longer lists scroll in a region of their own. */
const listLength = 8;

/** Everybody asked, and where they stand. */
export function asked(stages: readonly AskedStage[]): Markup {
  return html`<section aria-labelledby="asked"><h2 id="asked">Who is asked</h2>${stages.map((stage, index) => {
    const people = html`<ul class="plain">${stage.people.map(
      (person) =>
        html`<li>${phrase(person.name, 80)} <span class="small soft">${phrase(person.address, 120)}</span>${person.seat !== undefined && html`<br><span class="small">${phrase(person.seat, 200)}</span>`}<br><b class="small">${phrase(person.standing, 200)}</b></li>`,
    )}</ul>`;
    return html`${stages.length > 1 && html`<h3>Stage ${index + 1}: ${phrase(stage.stage, 80)}</h3>`}
<p class="small soft">Needs ${phrase(stage.rule, 400)}. ${phrase(stage.progress, 400)}.${stage.from !== undefined && html` Asked for by the rule ${phrase(stage.from, 80)}.`}</p>
${stage.people.length > listLength ? scroll(people, `Everybody asked in stage ${index + 1}`) : people}`;
  })}</section>`;
}

/** What has happened so far. */
export function history(items: readonly HistoryItem[]): Markup {
  const list = html`<ol class="plain">${items.map(
    (
      item,
    ) => html`<li><span class="small soft">${time(item.at)}</span><br><b>${phrase(item.who)}</b> ${phrase(item.what, 400)}
${item.comment !== undefined && block(item.comment, 'Comment')}${conditions(item.conditions ?? [])}${listed('Besides', item.wishes ?? [])}</li>`,
  )}</ol>`;
  return html`<section aria-labelledby="history"><h2 id="history">So far</h2>${items.length > listLength ? scroll(list, 'Everything so far') : list}</section>`;
}

/** Conditions somebody attached. */
export function conditions(list: readonly string[]): Markup | undefined {
  return listed('On condition that', list);
}

/** A short heading and what belongs under it; nothing where that is nothing. */
export function listed(heading: string, list: readonly string[]): Markup | undefined {
  if (list.length === 0) return undefined;
  return html`<div class="small soft">${heading}</div><ul>${list.map((one) => html`<li>${line(one, heading)}</li>`)}</ul>`;
}
