import { mkdir, writeFile } from 'node:fs/promises';
import { launchBrowser, openPage } from './browser.ts';
import { everyMail, everyPage } from './page-samples.ts';

/**
 * Renders every page and mail to `.local/gallery/`, light and dark, on a phone and on a desk, to be looked at.
 * `node test/support/page-gallery.ts [part of a name]`
 */
const folder = new URL('../../.local/gallery/', import.meta.url);
const wanted = process.argv[2] ?? '';
const looks = [360, 1200].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

await mkdir(folder, { recursive: true });
const mails = everyMail();
const shown: [string, string][] = [
  ...Object.entries(everyPage()).map(([name, page]): [string, string] => [name, page.html]),
  ...Object.entries(mails).map(([name, mail]): [string, string] => [`mail-${name}`, mail.html]),
];
for (const [name, html] of shown) {
  if (!name.includes(wanted)) continue;
  await writeFile(new URL(`${name}.html`, folder), html);
  // On a busy machine the browser now and then fails to draw a long page: then once more, in a new one.
  await draw(name, html).catch(() => draw(name, html));
}
for (const [name, mail] of Object.entries(mails))
  if (`mail-${name}`.includes(wanted))
    await writeFile(new URL(`mail-${name}.txt`, folder), `Subject: ${mail.subject}\n\n${mail.text}`);
process.stdout.write(`Look at ${folder.pathname}\n`);

async function draw(name: string, html: string): Promise<void> {
  const browser = await launchBrowser();
  try {
    for (const { width, colorScheme } of looks) {
      const page = await openPage(browser, { viewport: { width, height: 800 }, colorScheme, javaScriptEnabled: false });
      await page.setContent(html);
      await page.screenshot({ path: new URL(`${name}-${width}-${colorScheme}.png`, folder).pathname, fullPage: true });
    }
  } finally {
    await browser.close();
  }
}
