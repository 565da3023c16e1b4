import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import * as z from 'zod';

const run = promisify(execFile);
const PACKAGE = resolve('node_modules', '@sparticuz', 'chromium', 'package.json');
const ON_PATH = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A browser's program, and what its environment needs besides. */
interface Program {
  executablePath: string;
  env: Record<string, string>;
}

export interface PageOptions {
  /** Off for a browser without JavaScript; on unless said otherwise. */
  javaScriptEnabled?: boolean;
  /** CSS pixels; a phone's unless said otherwise. */
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
}

/** Starts a real browser. It is found or unpacked on first use, and what is missing for that is said in the error. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await prepareBrowser();
  return await chromium.launch({
    executablePath,
    env: { ...process.env, ...env },
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-dev-shm-usage',
      '--disable-domain-reliability',
      '--disable-gpu',
      '--disable-sync',
      '--font-render-hinting=none',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
      '--no-first-run',
      '--no-pings',
    ],
  });
}

/** Opens a page in a context of its own: no cookies, cache or permissions shared with any other. */
export async function openPage(browser: Browser, options: PageOptions = {}): Promise<Page> {
  const context: BrowserContextOptions = {
    javaScriptEnabled: options.javaScriptEnabled ?? true,
    viewport: options.viewport ?? { width: 390, height: 844 },
    colorScheme: options.colorScheme ?? 'light',
    locale: 'en-GB',
    timezoneId: 'UTC',
  };
  return await (await browser.newContext(context)).newPage();
}

/** Makes sure that there is a browser that can run here; done once before all tests, so that none of them waits for it. */
export async function prepareBrowser(): Promise<Program> {
  const chosen = process.env.COUNTERSIGN_BROWSER;
  if (chosen) return { executablePath: chosen, env: {} };
  const unpacked = process.platform === 'linux' && process.arch === 'x64' ? await unpackBrowser() : undefined;
  const missing = unpacked === undefined ? undefined : await missingLibraries(unpacked);
  if (unpacked !== undefined && missing === '') return unpacked;
  for (const name of ON_PATH) {
    const found = await run('which', [name]).catch(() => undefined);
    if (found) return { executablePath: found.stdout.trim(), env: {} };
  }
  throw new Error(
    missing === undefined
      ? `No browser is packed for ${process.platform} on ${process.arch}: install Chromium or Chrome, or name one in COUNTERSIGN_BROWSER.`
      : `The browser lacks these system libraries: ${missing}. Install them, or chromium (on Debian: apt-get install chromium), or name a browser in COUNTERSIGN_BROWSER.`,
  );
}

/** Unpacks the browser that npm installed, with the libraries and fonts that a bare system lacks. */
async function unpackBrowser(): Promise<Program> {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(PACKAGE, 'utf8')));
  const folder = resolve('.local', `chromium-${version}`);
  const program = {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  };
  if (existsSync(program.executablePath)) return program;
  const { default: packed } = await import('@sparticuz/chromium');
  const partial = `${folder}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  await withEnvironment({ TMPDIR: partial, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' }, () => packed.executablePath());
  const fonts = `<dir>${join(folder, 'fonts')}</dir><dir>/usr/share/fonts</dir><cachedir>${join(folder, 'cache')}</cachedir>`;
  await writeFile(join(partial, 'fonts.conf'), `<?xml version="1.0"?><fontconfig>${fonts}</fontconfig>\n`);
  await rename(partial, folder).catch(() => rm(partial, { recursive: true, force: true }));
  return program;
}

/** The libraries that the loader cannot find, or nothing. */
async function missingLibraries({ executablePath, env }: Program): Promise<string> {
  const answer = await run('ldd', [executablePath], { env: { ...process.env, ...env } }).catch(() => undefined);
  const lines = answer?.stdout.split('\n').filter((line) => line.includes('not found')) ?? [];
  return lines.map((line) => line.trim().split(' ')[0]).join(', ');
}

/** Runs something under other environment variables: the packed browser is told by them where to unpack, and for what. */
async function withEnvironment<T>(changed: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const before = Object.keys(changed).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, changed);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
