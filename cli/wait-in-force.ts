import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from './api-client.ts';
import { PolicyInForce } from './contract.ts';
import { during } from './progress.ts';

const PAUSE_MS = 2_000;
/** What an event loses, the clock finds within ten minutes. */
const LONGEST_MS = 12 * 60_000;

/** Waits until a policy that was approved has taken effect; or until another one has, in its place. */
export async function untilInForce(
  api: Api,
  { version, previous }: { version: string; previous: string },
): Promise<'in_force' | 'overtaken' | 'not_yet'> {
  const until = Date.now() + LONGEST_MS;
  return during('Approved; waiting until it is in force', async () => {
    while (Date.now() < until) {
      const { body } = await api.call({ method: 'GET', path: '/policy', repeatable: true }, PolicyInForce);
      if (body.version === version) return 'in_force';
      if (body.version !== previous) return 'overtaken';
      await pause(PAUSE_MS);
    }
    return 'not_yet';
  });
}
