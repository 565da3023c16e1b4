/** One call to the outside, as a handler makes it. */
export interface OutsideCall {
  /** e.g. `log.append`. */
  name: string;
  args: readonly unknown[];
}

/** Is told of every call before it takes effect and after it did; throws or waits to make a fault at that boundary. */
export type Hook = (call: OutsideCall, when: 'before' | 'after') => void | Promise<void>;

const LOCAL = new Set(['known', 'count', 'random', 'uuid']);
const PAGED = new Set(['open', 'begunIn', 'waiting']);

/** The same service, its every outside call announced to the hook in force at that time. */
export function observed<T extends object>(service: string, real: T, hook: () => Hook): T {
  return new Proxy(real, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property);
      if (typeof member !== 'function' || typeof property !== 'string' || LOCAL.has(property)) return member;
      const perform = (args: unknown[]) => Reflect.apply(member, target, args) as unknown;
      return PAGED.has(property)
        ? (...args: unknown[]) => page({ name: `${service}.${property}`, args }, perform, hook())
        : (...args: unknown[]) => call({ name: `${service}.${property}`, args }, perform, hook());
    },
  });
}

async function call(what: OutsideCall, perform: (args: unknown[]) => unknown, hook: Hook): Promise<unknown> {
  await hook(what, 'before');
  const result = await perform([...what.args]);
  await hook(what, 'after');
  return result;
}

async function* page(what: OutsideCall, perform: (args: unknown[]) => unknown, hook: Hook): AsyncIterable<unknown> {
  await hook(what, 'before');
  yield* perform([...what.args]) as AsyncIterable<unknown>;
  await hook(what, 'after');
}
