import { AsyncLocalStorage } from 'node:async_hooks';

/** One call of a handler to the outside, as it is found on its way: never listed by hand. */
export interface Call {
  /** `dynamodb`, `sfn`, ... */
  service: string;
  /** `PutItem`, ... */
  operation: string;
  /** Which item, recipient or table: what tells calls apart that run side by side. */
  about: string;
  input: Record<string, unknown>;
}

/**
 * How a handler is made to fail at a boundary. Killed: its process ends there, and nothing after it runs. Failed: the
 * call throws, and the handler goes on. `lost`: AWS did it, its reply was lost on the wire, and the SDK repeats the call.
 */
export type Mode = 'killed before' | 'killed after' | 'failed before' | 'failed after' | 'lost';

export interface Plan {
  boundary: string;
  mode: Mode;
}

/** The process is gone. */
export class Killed extends Error {
  override name = 'Killed';
}

/** A dependency failed. */
export class Fault extends Error {
  override name = 'InternalServerError';
}

/** One invocation of a handler: a process of its own. */
export interface Invocation {
  handler: string;
  ordinal: number;
  /** Are its calls boundaries to crash at? What only prepares a scenario is crashed elsewhere. */
  watched: boolean;
  killed: boolean;
  seen: Map<string, number>;
  inFlight: Set<Promise<unknown>>;
  /** What a new process has not yet: keys derived, versions read, claims made. */
  memory: Map<string, unknown>;
}

/** One run of a scenario, crashing at most once. */
export class Run {
  readonly name: string;
  readonly plan: Plan | undefined;
  /** Boundaries passed, in order. */
  readonly boundaries: { boundary: string; handler: string; call: Call }[] = [];
  /** Has it crashed where it was to? */
  crashed: { call: Call } | undefined;
  /** How far its clock is ahead, in milliseconds. */
  skew = 0;
  /** Throws where a call is to fail because a service is down. */
  outage: (call: Call) => void = () => {};
  /** Told of every call that AWS performed. */
  performed: (call: Call) => void | Promise<void> = () => {};
  /** AWS's own reply to a call that the local cloud is kinder about; undefined: ask it. */
  scripted: (call: Call) => Error | undefined = () => undefined;
  /** Rewrites a call's input: the tables of this run. */
  rewrite: (input: Record<string, unknown>) => Record<string, unknown> = (input) => input;

  /** The names in an answer as the caller knows them. */
  restore: <T>(reply: T) => T = (reply) => reply;

  constructor(name: string, plan?: Plan) {
    this.name = name;
    this.plan = plan;
  }

  /** Takes a call over its two boundaries. `lose`: its reply is to be lost once, on the wire. */
  async take<T>(call: Call, perform: (lose: boolean) => Promise<T>): Promise<T> {
    const invocation = here()?.invocation;
    if (!invocation) throw new Error(`${call.service}.${call.operation} outside of any invocation`);
    if (invocation.killed) throw new Killed('this process has ended');
    const mode = this.modeAt(call, invocation);
    if (mode === 'killed before') throw kill(invocation);
    if (mode === 'failed before') throw new Fault('injected: not performed');
    this.outage(call);
    const refusal = this.scripted(call);
    if (refusal) throw refusal;
    const performing = perform(mode === 'lost');
    const settled = performing.then(
      () => undefined,
      () => undefined,
    );
    invocation.inFlight.add(settled);
    try {
      await performing;
      await this.performed(call);
    } catch (fault) {
      // What the SDK's second attempt was told does not undo what the first one did.
      if (mode === 'lost') await this.performed(call);
      throw fault;
    } finally {
      invocation.inFlight.delete(settled);
    }
    if (mode === 'killed after') throw kill(invocation);
    if (mode === 'failed after') throw new Fault('injected: performed, and the reply lost');
    // Something beside it has killed the process: what it did is done, and nobody hears of it.
    if (invocation.killed) throw new Killed('this process has ended');
    return performing;
  }

  private modeAt(call: Call, invocation: Invocation): Mode | undefined {
    const name = `${invocation.handler}#${invocation.ordinal} ${call.service}.${call.operation} ${call.about}`.trim();
    const count = (invocation.seen.get(name) ?? 0) + 1;
    invocation.seen.set(name, count);
    const boundary = count === 1 ? name : `${name} (${count})`;
    if (!invocation.watched || this.crashed) return undefined;
    this.boundaries.push({ boundary, handler: invocation.handler, call });
    if (this.plan?.boundary !== boundary) return undefined;
    this.crashed = { call };
    return this.plan.mode;
  }
}

function kill(invocation: Invocation): Killed {
  invocation.killed = true;
  return new Killed('killed here');
}

const where = new AsyncLocalStorage<{ run: Run; invocation: Invocation }>();

/** The run and invocation that this code belongs to; undefined in the test itself. */
export function here(): { run: Run; invocation: Invocation } | undefined {
  return where.getStore();
}

export function inside<T>(run: Run, invocation: Invocation, work: () => Promise<T>): Promise<T> {
  return where.run({ run, invocation }, work);
}
