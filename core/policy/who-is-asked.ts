import { type Gate, ruleInWords, votesNeeded } from '../gate.ts';

/** A stage as the opening's answer tells it: who may decide, and how many of them must. */
export interface AskedStage {
  name: string;
  /** `any one of 3 approvers`. */
  rule: string;
  /** How many votes for it the stage needs. */
  needed: number;
  /** Seconds until the request expires in it. */
  timeout: number;
  approvers: { person: string; name: string; address: string; coversFor?: string[] }[];
}

/** Who may decide on a request, stage by stage. */
export function whoIsAsked({ stages }: Gate): AskedStage[] {
  return stages.map((stage) => ({
    name: stage.name,
    rule: ruleInWords(stage),
    needed: votesNeeded(stage),
    timeout: stage.timeout,
    approvers: stage.approvers.map(({ person, name, address, via }) => ({
      person,
      name,
      address,
      ...(via && { coversFor: via }),
    })),
  }));
}
