import * as z from 'zod/mini';
import type { MaintenanceWindow } from '../policy/situation.ts';

/** A maintenance window as it was asked for: the payload of its request. Times are ISO, UTC. */
export const PlannedWindow = z.lazy(() =>
  z.object({
    title: z.string(),
    reason: z.string(),
    from: z.string(),
    to: z.string(),
    /** When stakeholders are told beforehand. */
    noticeAt: z.string(),
    environments: z.array(z.string()),
    sources: z.array(z.string()),
    /** Addresses of everybody who is told. */
    stakeholders: z.array(z.string()),
  }),
);
export type PlannedWindow = z.infer<typeof PlannedWindow>;

/** What has become of a window, as the log of its request says. */
export interface Maintenance {
  window: PlannedWindow;
  /** Stakeholders were to be told beforehand from this entry on. */
  announced?: { seq: number; at: string };
  /** Requests it lets through, each noted before it was opened. */
  through: readonly { request: string; title: string; at: string }[];
  /** `by`: who ended it before its time. */
  ended?: { seq: number; at: string; by?: string; reason?: string };
}

/** The window in a payload's text; undefined where there is none to be read. */
export function windowIn(payload: { text: string } | { ref: unknown }): PlannedWindow | undefined {
  if (!('text' in payload)) return undefined;
  const read = PlannedWindow.safeParse(parsed(payload.text));
  return read.success ? read.data : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** When and for what it holds: as much of it as a request is held against. */
export function scopeOf(id: string, { from, to, environments, sources }: PlannedWindow): MaintenanceWindow {
  return { id, from, to, environments, sources };
}
