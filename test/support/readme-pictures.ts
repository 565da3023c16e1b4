import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { bringUpCloud } from '../../local/cloud.ts';
import { publishDemoPolicy, sendSampleRequest } from '../../local/demo.ts';
import { freeName } from '../../local/instance.ts';
import { freePort } from '../../local/ports.ts';
import { runUntilStopped } from '../../local/run.ts';
import { withState } from '../../local/state.ts';
import { launchBrowser, openPage } from './browser.ts';

/**
 * Makes the README's picture again, of a real deploy: the mail that came for a sample request, the review page its link
 * opens, and the page after approving, side by side in docs/pictures/mail-review-recorded.png. `npm run pictures`.
 */
const root = process.cwd();
const folder = join(root, 'docs', 'pictures');
const phone = { width: 390, height: 844 };

const name = await freeName(root, 'pictures');
const stateFile = join(root, '.local', name, 'state.json');

await runUntilStopped(
  async () => {
    await mkdir(join(root, '.local', name), { recursive: true });
    const [frontDoorPort, cloudPort] = [await freePort(), await freePort()];
    return withState(stateFile, await bringUpCloud({ root, name, frontDoorPort, cloudPort }));
  },
  async (cloud) => {
    await publishDemoPolicy(root, stateFile, cloud);
    const link = await sendSampleRequest(cloud);
    const browser = await launchBrowser();
    await mkdir(folder, { recursive: true });
    await shoot(browser, cloud.mailboxUrl, link);
    await browser.close();
    process.kill(process.pid, 'SIGINT');
  },
);

async function shoot(browser: Browser, mailboxUrl: string, link: string): Promise<void> {
  const page = await openPage(browser, { javaScriptEnabled: false, viewport: phone });
  const parts = ['mail', 'review', 'recorded'].map((part) => join(root, '.local', name, `${part}.png`));
  const [mail = '', review = '', recorded = ''] = parts;
  await page.goto(mailboxUrl);
  await page
    .getByRole('link', { name: /Please decide/ })
    .first()
    .click();
  await page.screenshot({ path: mail });
  await page.goto(link);
  await page.screenshot({ path: review });
  await page.getByRole('textbox', { name: 'Comment' }).fill('Looks right. Watch the checkout errors.');
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.screenshot({ path: recorded });

  const images = await Promise.all(parts.map(async (part) => (await readFile(part)).toString('base64')));
  const sheet = await openPage(browser, { viewport: { width: 1260, height: 900 } });
  await sheet.setContent(`<style>
    body { margin: 0; padding: 24px; display: flex; gap: 21px; background: #dfe3ea }
    img { width: 390px; height: 844px; border-radius: 14px; box-shadow: 0 2px 12px #0003 }
  </style>${images.map((image) => `<img src="data:image/png;base64,${image}">`).join('')}`);
  await sheet.screenshot({ path: join(folder, 'mail-review-recorded.png') });
}
