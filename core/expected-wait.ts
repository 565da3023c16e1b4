import type { Gate } from './gate.ts';
import type { Request, SettledRequest } from './request.ts';

/** How long requests of this kind took to be decided, in seconds. `of`: how many that is said of. */
export interface ExpectedWait {
  /** Half of them were decided by then, and nine in ten. */
  median: number;
  ninetieth: number;
  of: number;
}

/** Fewer than these say nothing. */
const ENOUGH = 3;

/** What past waits (seconds) let expect; undefined where there are too few. */
export function expectedWait(waits: readonly number[]): ExpectedWait | undefined {
  if (waits.length < ENOUGH) return undefined;
  const sorted = [...waits].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  return { median: at(0.5), ninetieth: at(0.9), of: sorted.length };
}

/** Requests whose waits are compared: those of one environment and one approval workflow. */
export function kindOf(request: Pick<Request, 'claim' | 'round'>): string {
  return kind(request.claim.environment, request.round.gate.workflow);
}

/** Every kind of request that an environment has and that people decide. */
export function kindsIn(environment: string): string[] {
  return (['peer_review', 'expert_review', 'emergency_bypass'] as const).map((workflow) => kind(environment, workflow));
}

function kind(environment: string, workflow: Gate['workflow']): string {
  return `${environment.toLowerCase()}/${workflow}`;
}

/** Seconds from opening to decision; undefined where no person decided. */
export function waitOf(request: SettledRequest): number | undefined {
  if (request.round.votes.length === 0) return undefined;
  const decided = ['approved', 'rejected', 'changes_requested'].includes(request.outcome);
  return decided ? Math.round((Date.parse(request.settledAt) - Date.parse(request.openedAt)) / 1000) : undefined;
}
