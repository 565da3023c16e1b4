import { existsSync, readFileSync } from 'node:fs';
import { loadPolicy, mistakeInWords } from '../core/policy/load.ts';
import type { Configuration } from './configuration.ts';

/** Enforced sources as a policy names them: event sources with the account, state machines by name alone. */
export function enforcedInPolicy({ enforcedSources }: Configuration, account: string): string[] {
  return enforcedSources.map(({ source }) => (source.startsWith('events:') ? `${source}@${account}` : source));
}

/**
 * What is wrong with the policy file that is going to be published, a sentence each; nothing where none is configured.
 * Where the account is not known yet, publishing checks which sources are enforced.
 */
export function policyMistakes(configuration: Configuration, account: string | undefined): string[] {
  const { policyPath } = configuration;
  if (policyPath === undefined) return [];
  const enforced = account === undefined ? {} : { enforcedSources: enforcedInPolicy(configuration, account) };
  if (!existsSync(policyPath)) return [`\`policyPath\`: there is no file ${policyPath}.`];
  const loaded = loadPolicy(readFileSync(policyPath, 'utf8'), { ...enforced, publishing: true });
  return loaded.ok ? [] : loaded.mistakes.map((mistake) => `\`policyPath\`: ${mistakeInWords(policyPath, mistake)}`);
}
