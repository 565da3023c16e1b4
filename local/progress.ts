const SLOW_MS = 2_000;
const PLAIN_EVERY_MS = 15_000;

/** Lets a running step say what it is doing at the moment. */
export type Report = (detail: string) => void;

/** Runs one named step and prints that it runs, how it is getting on once it takes over two seconds, and how it ended. */
export async function step<T>(title: string, run: (report: Report) => Promise<T>): Promise<T> {
  const started = Date.now();
  const live = process.stdout.isTTY === true;
  let detail = '';
  let lastPrint = started;
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  const print = () => {
    const elapsed = Date.now() - started;
    if (elapsed < SLOW_MS) return;
    const line = `  ${title} … ${seconds()}${detail === '' ? '' : `  ${detail}`}`;
    if (live) process.stdout.write(`\r\x1b[2K${line.slice(0, (process.stdout.columns ?? 80) - 1)}`);
    else if (lastPrint === started || Date.now() - lastPrint >= PLAIN_EVERY_MS) {
      lastPrint = Date.now();
      process.stdout.write(`${line}\n`);
    }
  };
  const finish = (mark: string, note: string) => {
    clearInterval(timer);
    process.stdout.write(`${live ? '\r\x1b[2K' : ''}${mark} ${title}${note}\n`);
  };
  const timer = setInterval(print, 500);
  if (live) process.stdout.write(`  ${title} …`);
  try {
    const result = await run((text) => {
      detail = text;
    });
    finish('✓', ` (${seconds()})`);
    return result;
  } catch (error) {
    finish('✗', ` failed after ${seconds()}`);
    throw error;
  }
}
