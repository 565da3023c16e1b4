/** One figure beside its budget. */
export interface Figure {
  name: string;
  value: number;
  /** At most this; absent where nothing was promised. */
  budget?: number;
  unit: string;
  /** Digits after the point. */
  digits?: number;
}

/** What is promised; see docs/costs.md. */
export const budget = {
  transitions: 1,
  transitionsWhereItFails: 2,
  voteCalls: 3,
  voteRoundTrips: 2,
  /** Key derivation, at a cold start. */
  coldVoteCalls: 4,
  coldVoteRoundTrips: 3,
  writeUnits: 24,
  usdPerThousand: 0.07,
  reviewKb: 300,
  reviewInitBeyondEmpty: 30,
  /** Milliseconds of CPU, for a policy of 1,000 rules and 10,000 people. */
  resolving: 20,
} as const;

export function isOver({ value, budget }: Figure): boolean {
  // A figure that could not be taken is no figure within budget.
  return budget !== undefined && !(value <= budget);
}
