/** The log is not one this system wrote: a gap, a wrong hash, or an entry that cannot stand where it stands. */
export class BrokenChain extends Error {
  override name = 'BrokenChain';
  readonly seq: number;
  constructor(seq: number, why: string) {
    super(`entry ${seq}: ${why}`);
    this.seq = seq;
  }
}
