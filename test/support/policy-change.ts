import { readFileSync } from 'node:fs';
import { loadPolicy } from '../../core/policy/load.ts';
import { takeEffect } from '../../lambdas/publishing/settle-change.ts';
import { type Submitted, submitPolicy } from '../../lambdas/publishing/submit-policy.ts';
import { type Fakes, fakeServices } from './fakes.ts';

const demo = readFileSync('policy/demo.yaml', 'utf8');

/** The policy for playing, in which bob and carol let another policy take effect. */
export const gated = `${demo}
policy_change: { approvers: [bob, carol], rule: any, timeout: 2_days }
`;
/** Another one, and one more. */
export const other = gated.replace('timeout: 8_hours', 'timeout: 9_hours');
export const third = gated.replace('timeout: 8_hours', 'timeout: 7_hours');

/** Who signs a call in a session of that name. */
export const publisher = (session: string) => ({
  arn: `arn:aws:sts::000000000000:assumed-role/Publisher/${session}`,
  account: '000000000000',
});

export function versionOf(text: string): string {
  const loaded = loadPolicy(text, { publishing: true });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes));
  return loaded.version;
}

/** A world in which that policy is in force. */
export function worldUnder(text: string): Fakes {
  const fakes = fakeServices();
  const loaded = loadPolicy(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes));
  fakes.publish(loaded.policy);
  return fakes;
}

/** Machines are nobody of the directory: they say that alice wrote it. */
const machines = ['robot', 'cc', 'mallory'];

export function submit(
  fakes: Fakes,
  text: string,
  session = 'robot',
  authors = machines.includes(session) ? ['alice@example.com'] : [],
) {
  return submitPolicy(fakes, { text, publisher: publisher(session), authors, enforcedSources: [] });
}

/** The same where it has to wait. */
export async function awaited(fakes: Fakes, text: string, session = 'robot') {
  const done = await submit(fakes, text, session);
  if ('code' in done) throw new Error(done.message);
  if (done.status !== 'awaiting_approval') throw new Error('it took effect at once');
  return done;
}

export const effect = (fakes: Fakes, id?: string) => takeEffect(fakes, [], id);
export type { Submitted };
