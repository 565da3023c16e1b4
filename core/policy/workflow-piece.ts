import type * as z from 'zod/mini';
import type { kinds, WorkflowInFile } from './file/workflows.ts';
import { type ProcessRead, readProcess } from './process.ts';
import { namesUnder, type Path, type Reading } from './reading.ts';

/** One workflow of the file: the piece as it stands, as its schema reads it where it is right, and its process. */
export interface WorkflowPiece {
  name: string;
  path: Path;
  entry: unknown;
  read: z.output<typeof WorkflowInFile> | undefined;
  process: ProcessRead;
}

export function pieceOf(
  reading: Reading,
  piece: Omit<WorkflowPiece, 'process'>,
  kind: (typeof kinds)[number],
): WorkflowPiece {
  return { ...piece, process: processOf(reading, piece, kind) };
}

/** What it is read as, without the criteria: these are conditions and no checklist. */
export function asStage(read: WorkflowPiece['read']) {
  if (!read) return undefined;
  const { criteria: _, ...stage } = read;
  return stage;
}

function processOf(
  reading: Reading,
  { entry, read, path }: Omit<WorkflowPiece, 'process'>,
  kind: (typeof kinds)[number],
): ProcessRead {
  const written = namesUnder(entry, 'process');
  const steps = written.map(({ name }) => name);
  const process = readProcess(steps, kind);
  for (const { index, message, meant } of process.unknown)
    reading.say([...path, ...(written[index]?.at ?? [])], message, meant === undefined ? {} : { suggestion: meant });
  if (read?.timeout !== undefined && process.timeout !== undefined && read.timeout !== process.timeout)
    reading.say([...path, 'timeout'], 'says something else than `process` does');
  return process;
}
