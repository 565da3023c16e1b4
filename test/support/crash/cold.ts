import { here } from './boundaries.ts';

/*
 * Every invocation is a process of its own: its clock is the run's, and what a process would keep in memory is kept for
 * that invocation only. Everything else is the adapters' own code.
 */
const adapters = '../../../lambdas/adapters';

/** What processes keep: derived keys, policy versions, claims made. */
const kept = [
  { file: 'link-keys.ts', factory: 'kmsLinkKeys', methods: ['of', 'known'] },
  { file: 'policy-versions.ts', factory: 'policyVersions', methods: ['version'] },
  {
    file: 'mail-markers.ts',
    factory: 'dynamoMailMarkers',
    methods: ['claim', 'sent', 'release', 'look', 'lookAt', 'leave', 'countIn'],
  },
];

/** What was counted, by run. */
export const counted: { run: string; name: string }[] = [];

/** To be called before any handler is imported. */
export function everyInvocationIsCold(): void {
  jest.doMock(`${adapters}/process.ts`, () => {
    const real = jest.requireActual(`${adapters}/process.ts`);
    return {
      processServices: () => ({
        ...real.processServices(),
        clock: () => new Date(Date.now() + (here()?.run.skew ?? 0)),
        metrics: { count: (name: string) => counted.push({ run: here()?.run.name ?? '', name }) },
      }),
    };
  });
  for (const { file, factory, methods } of kept) {
    jest.doMock(`${adapters}/${file}`, () => {
      const real = jest.requireActual(`${adapters}/${file}`);
      const cold = (...args: unknown[]) => {
        const instance = () => {
          const memory = here()?.invocation.memory;
          if (!memory) throw new Error(`${factory} is asked outside of any invocation`);
          if (!memory.has(factory)) memory.set(factory, real[factory](...args));
          return memory.get(factory) as Record<string, (...given: unknown[]) => unknown>;
        };
        return Object.fromEntries(methods.map((name) => [name, (...given: unknown[]) => instance()[name]?.(...given)]));
      };
      return { ...real, [factory]: cold };
    });
  }
}
