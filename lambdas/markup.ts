import { raw, html as template } from 'hono/html';
import { visible, visibleLine } from '../core/visible.ts';

/** HTML that is safe to put into a page: made by `html` here, or constant text of ours. */
export type Markup = ReturnType<typeof raw>;
export type Part = Markup | string | number | false | undefined | readonly Part[];

/** A template whose values are escaped unless they are markup themselves. Nothing in it may be a promise. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Markup {
  const made = template(strings, ...values);
  if (made instanceof Promise) throw new TypeError('markup is made synchronously');
  return made;
}

/** Constant text of ours that is markup already: style sheets. Never what came from outside. */
export function constant(text: string): Markup {
  return raw(text);
}

/** Somebody else's text on one line: nothing unseen in it, and its direction its own affair. */
export function foreign(text: string): Markup {
  return html`<bdi>${visibleLine(text)}</bdi>`;
}

/** Somebody else's text of several lines; needs `white-space: pre-wrap` around it. */
export function foreignLines(text: string): Markup {
  return html`<bdi>${visible(text)}</bdi>`;
}
