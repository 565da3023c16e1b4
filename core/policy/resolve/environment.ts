import type { Level } from '../../claim.ts';
import type { Environment, Policy, StagePlan } from '../policy.ts';

/** Where a request would be carried out, as the policy knows it. */
export interface Place {
  /** The policy's own name for it; where it has none, the request's in lower case. */
  name: string;
  /** What the policy says of it by this name; undefined where it does not list it. */
  environment: Environment | undefined;
  /** For each risk its own gate, or that of `any` where it has none for this risk; and whose it is. */
  gates: Partial<Record<Level, { of: string; stages: readonly StagePlan[] }>>;
}

/** The environment of that name, case aside: `Production` is no way round `production`. */
export function placeOf(policy: Policy, name: string): Place {
  const all = Object.entries(policy.environments);
  const own = all.find(([listed]) => listed.toLowerCase() === name.toLowerCase());
  const shared = all.find(([listed]) => listed === 'any');
  return {
    name: own?.[0] ?? name.toLowerCase(),
    environment: own?.[1],
    // A gate of its own for one risk takes that of `any` away for this risk alone.
    gates: { ...gatesOf(shared), ...gatesOf(own) },
  };
}

function gatesOf(listed: [string, Environment] | undefined): Place['gates'] {
  if (!listed) return {};
  const [of, { gates }] = listed;
  return Object.fromEntries(Object.entries(gates).map(([risk, { stages }]) => [risk, { of, stages }]));
}

export function hasGates({ gates }: Environment): boolean {
  return Object.keys(gates).length > 0;
}

/** Production by the policy's word or by its name, `eu-prod` and the like included. */
export function isProduction({ name, environment }: Place): boolean {
  return environment?.production === true || soundsLikeProduction(name);
}

/** Does a name say that it is production: `prod`, `eu-prod`, `prod1`, `productionEU`? */
export function soundsLikeProduction(name: string): boolean {
  return (
    /(?:^|[-_.])(?:production|prod|prd|live)(?:$|[-_.\d])/i.test(name) ||
    /(?:^|[-_.])(?:[Pp]roduction|[Pp]rod|[Pp]rd|[Ll]ive)[A-Z]/.test(name)
  );
}

/** It may mean production (`euprod`), or something else (`products`). */
export function mayMeanProduction(name: string): boolean {
  return /prod|prd|live/i.test(name);
}
