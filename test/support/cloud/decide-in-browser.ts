import type { Page } from 'playwright-core';

export interface Answering {
  button: 'Approve' | 'Reject' | 'Request changes' | 'Comment only';
  comment?: string;
  conditions?: string;
}

/** Opens a link and answers, finding everything as a person does: by role and name. Approving ticks every criterion. */
export async function decideInBrowser(
  page: Page,
  link: string,
  { button, comment, conditions }: Answering,
): Promise<void> {
  await page.goto(link);
  if (comment !== undefined) await page.getByRole('textbox', { name: 'Comment' }).fill(comment);
  if (conditions !== undefined) await page.getByRole('textbox', { name: 'Conditions' }).fill(conditions);
  const criteria = page.getByRole('group', { name: 'By approving you confirm' }).getByRole('checkbox');
  if (button === 'Approve') for (const criterion of await criteria.all()) await criterion.check();
  await page.getByRole('button', { name: button, exact: true }).click();
}

/** What the page says was recorded. */
export async function recorded(page: Page): Promise<string> {
  return (await page.getByRole('status').textContent()) ?? '';
}
