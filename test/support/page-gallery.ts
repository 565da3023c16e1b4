import { mkdir, writeFile } from 'node:fs/promises';
import { launchBrowser, openPage } from './browser.ts';
import { everyMail, everyPage } from './page-samples.ts';

/**
 * Renders every page and mail to `.local/gallery/`, light and dark, on a phone and on a desk, to be looked at.
 * `node test/support/page-gallery.ts [part of a name]`
 */
const folder = new URL('../../.local/gallery/', import.meta.url);
const wanted = process.argv[2] ?? '';

await mkdir(folder, { recursive: true });
const shown: [string, string][] = [
  ...Object.entries(everyPage()).map(([name, page]): [string, string] => [name, page.html]),
  ...Object.entries(everyMail()).map(([name, mail]): [string, string] => [`mail-${name}`, mail.html]),
];
for (const [name, html] of shown) {
  if (!name.includes(wanted)) continue;
  await writeFile(new URL(`${name}.html`, folder), html);
  // A browser of its own each: one that has drawn a hundred long pages may fail to draw the next.
  const browser = await launchBrowser();
  for (const width of [360, 1200])
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await openPage(browser, { viewport: { width, height: 800 }, colorScheme, javaScriptEnabled: false });
      await page.setContent(html);
      await page.screenshot({ path: new URL(`${name}-${width}-${colorScheme}.png`, folder).pathname, fullPage: true });
      await page.context().close();
    }
  await browser.close();
}
for (const [name, mail] of Object.entries(everyMail()))
  if (`mail-${name}`.includes(wanted))
    await writeFile(new URL(`mail-${name}.txt`, folder), `Subject: ${mail.subject}\n\n${mail.text}`);
process.stdout.write(`Look at ${folder.pathname}\n`);
