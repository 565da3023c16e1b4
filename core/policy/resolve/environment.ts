import type { Environment, Policy } from '../policy.ts';

/** Where a request would be carried out, as the policy knows it. */
export interface Place {
  /** The policy's own name for it; where it has none, the request's in lower case. */
  name: string;
  /** What the policy says of it by this name; undefined where it does not list it. */
  environment: Environment | undefined;
  /** Its gates by risk, or those of `any` where it has none of its own; and whose they are. */
  gates: { of: string; byRisk: Environment['gates'] } | undefined;
}

/** The environment of that name, case aside: `Production` is no way round `production`. */
export function placeOf(policy: Policy, name: string): Place {
  const all = Object.entries(policy.environments);
  const [key, environment] = all.find(([listed]) => listed.toLowerCase() === name.toLowerCase()) ?? [];
  const [any, anyone] = all.find(([listed]) => listed === 'any') ?? [];
  const own =
    key !== undefined && environment && hasGates(environment) ? { of: key, byRisk: environment.gates } : undefined;
  const shared = any !== undefined && anyone && hasGates(anyone) ? { of: any, byRisk: anyone.gates } : undefined;
  return { name: key ?? name.toLowerCase(), environment, gates: own ?? shared };
}

export function hasGates({ gates }: Environment): boolean {
  return Object.keys(gates).length > 0;
}

/** Production by the policy's word or by its name, `eu-prod` and the like included. */
export function isProduction({ name, environment }: Place): boolean {
  return environment?.production === true || soundsLikeProduction(name);
}

export function soundsLikeProduction(name: string): boolean {
  return /(?:^|[-_.])(?:production|prod|prd|live)(?:$|[-_.])/i.test(name);
}
