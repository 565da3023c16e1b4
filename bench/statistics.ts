/** The median; NaN of nothing. */
export function median(of: readonly number[]): number {
  const sorted = [...of].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function sum(of: readonly number[]): number {
  return of.reduce((total, each) => total + each, 0);
}
