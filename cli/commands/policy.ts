import type { Command } from 'commander';
import { addPolicyCheck } from './policy-check.ts';
import { addPolicyExplain } from './policy-explain.ts';
import { addPolicyPublish } from './policy-publish.ts';
import { addPolicyReplay } from './policy-replay.ts';

export function addPolicy(program: Command): void {
  const policy = program
    .command('policy')
    .summary('check, explain, try out or publish the policy')
    .description('The policy: who may ask, who must agree. Checks, explains and tries out one, and publishes it.');
  for (const add of [addPolicyCheck, addPolicyExplain, addPolicyReplay, addPolicyPublish]) add(policy);
}
