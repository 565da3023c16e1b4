import { writeSync } from 'node:fs';
import { exitCodes } from './exit-codes.ts';

let note = '';

/** What a person who presses Ctrl-C now is told; empty for nothing. */
export function whenInterrupted(text: string): void {
  note = text;
}

/** From here on Ctrl-C and SIGTERM end the process at once, with the note of what it was doing. */
export function endOnSignals(): void {
  const end = (exitCode: number) => () => {
    try {
      if (note) writeSync(process.stderr.fd, `\n${note}\n`);
    } finally {
      // Where nobody reads it, it ends all the same, and as interrupted.
      process.exit(exitCode);
    }
  };
  process.once('SIGINT', end(exitCodes.interrupted));
  process.once('SIGTERM', end(exitCodes.terminated));
}
