import { didYouMean } from '../did-you-mean.ts';
import type { WorkflowKind } from './policy.ts';

type Kind = WorkflowKind | 'emergency_bypass';

/** The steps of a process that are known, by workflow. A step of a stage may end in its time: `peer_review_24h`. */
export const steps: Readonly<Record<Kind, readonly string[]>> = {
  automatic: ['automated_approval', 'logging'],
  peer_review: ['automated_review_request', 'automated_code_review_request', 'peer_review', 'approval_or_changes'],
  expert_review: ['expert_review_request', 'expert_review', 'detailed_review', 'approval_with_conditions'],
  emergency_bypass: [
    ...['emergency_override_request', 'justification_documentation', 'emergency_approval', 'immediate_implementation'],
    ...['post_implementation_review', 'documentation_and_lessons_learned'],
  ],
};
/** Steps that come once it is approved: told to the work that waits. */
export const afterwards = ['automated_merge', 'implementation_with_monitoring'];
/** Steps that may say how long they take, and whether it is the review afterwards that they speak of. */
export const timed = [
  'peer_review',
  'expert_review',
  'detailed_review',
  'emergency_approval',
  'post_implementation_review',
];
const units: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 };

/** What a process says, and what of it is not known. Times in seconds. */
export interface ProcessRead {
  timeout?: number;
  reviewTimeout?: number;
  afterwards: string[];
  unknown: { index: number; message: string; meant?: string }[];
}

export function readProcess(written: readonly string[], kind: Kind): ProcessRead {
  const read: ProcessRead = { afterwards: [], unknown: [] };
  const known = [...steps[kind], ...(kind === 'emergency_bypass' ? [] : afterwards)];
  for (const [index, step] of written.entries()) {
    const [, name = step, count, unit = ''] = /^(.+)_([1-9]\d{0,3})([mhd])$/.exec(step) ?? [];
    const times = timed.includes(name) && count !== undefined;
    if (!known.includes(times ? name : step)) {
      const meant = didYouMean(name, known);
      read.unknown.push({
        index,
        message: `'${step}' is no step of ${kind}; there are ${known.join(', ')}`,
        ...(meant !== undefined && { meant }),
      });
    } else if (afterwards.includes(step)) read.afterwards.push(step);
    else if (times) {
      const seconds = Number(count) * (units[unit] ?? 0);
      if (name === 'post_implementation_review') read.reviewTimeout = seconds;
      else read.timeout = seconds;
    }
  }
  return read;
}
