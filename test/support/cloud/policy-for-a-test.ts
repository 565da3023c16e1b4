import { demoPolicy, publish } from './policies.ts';

/** Runs something under another policy than the demo's, which is in force again afterwards whatever happens. */
export async function underPolicy<T>(change: (demo: string) => string, work: () => Promise<T>): Promise<T> {
  const changed = change(demoPolicy);
  if (changed === demoPolicy)
    throw new Error('the policy was not changed: does policy/demo.yaml read differently now?');
  await publish(changed);
  try {
    return await work();
  } finally {
    await publish(demoPolicy);
  }
}
