/** Runs one part and says on standard error that it runs, how far it is, and how long it took. */
export async function part<T>(title: string, run: (report: (detail: string) => void) => Promise<T>): Promise<T> {
  const started = Date.now();
  const live = process.stderr.isTTY === true;
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  let last = started;
  const write = process.stderr.write.bind(process.stderr);
  const report = (detail: string) => {
    if (live) write(`\r\x1b[2K  ${title} … ${seconds()}  ${detail}`);
    else if (Date.now() - last > 10_000) {
      last = Date.now();
      write(`  ${title} … ${seconds()}  ${detail}\n`);
    }
  };
  report('');
  const result = await run(report);
  write(`${live ? '\r\x1b[2K' : ''}✓ ${title} (${seconds()})\n`);
  return result;
}
