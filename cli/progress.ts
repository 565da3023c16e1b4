import { visibleLine } from '../core/visible.ts';

const QUIET_MS = 1_900;
const REMIND_MS = 60_000;

export interface Progress {
  /** Changes what is being done, or waited for. */
  say(text: string): void;
}

/**
 * Does something that may take long; after two seconds standard error says what, and for how long already. On a
 * terminal that is one line that goes away again, elsewhere a line for each change and one a minute.
 */
export async function during<T>(text: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  const began = Date.now();
  const terminal = process.stderr.isTTY;
  let doing = visibleLine(text);
  let said = '';
  let saidAt = 0;
  let shown = false;
  const show = () => {
    const now = Date.now();
    if (now - began < QUIET_MS) return;
    const seconds = Math.round((now - began) / 1000);
    if (terminal) {
      const room = Math.max(20, (process.stderr.columns ?? 80) - 12);
      process.stderr.write(`\r\x1b[2K${doing.slice(0, room)} … ${seconds} s`);
      shown = true;
    } else if (doing !== said || now - saidAt >= REMIND_MS) {
      process.stderr.write(`${doing} … ${seconds} s\n`);
      said = doing;
      saidAt = now;
    }
  };
  const timer = setInterval(show, 1_000);
  try {
    return await work({
      say: (next) => {
        doing = visibleLine(next);
      },
    });
  } finally {
    clearInterval(timer);
    if (shown) process.stderr.write('\r\x1b[2K');
  }
}
