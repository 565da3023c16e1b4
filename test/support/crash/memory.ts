import { readFileSync } from 'node:fs';
import { requestIdentity } from '../../../core/canonical.ts';
import { fold } from '../../../core/fold.ts';
import { personTag } from '../../../core/link.ts';
import { loadPolicy } from '../../../core/policy/load.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { Request } from '../../../core/request.ts';
import { cancelByEvent } from '../../../lambdas/commands/cancel-by-event.ts';
import { openForMachine } from '../../../lambdas/commands/open-for-machine.ts';
import { answerCall } from '../../../lambdas/handlers/api-routes.ts';
import { answerReview, showReview } from '../../../lambdas/handlers/review-routes.ts';
import { executionEnded } from '../../../lambdas/reactions/execution-ended.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { sweep } from '../../../lambdas/reactions/sweep.ts';
import { type Fakes, fakeServices, type OutsideCall } from '../fakes.ts';
import { Fault, Killed, type Mode } from './boundaries.ts';

const states = 'arn:aws:states:us-east-1:000000000000';
const machine = `${states}:stateMachine:countersign-approval`;
const source = 'states:countersign-approval';
const key = 'deploy-42';
const reached = { ip: '192.0.2.1', userAgent: 'a phone' };

/** What happens to the one request of a run, in order. */
export type Step =
  | { do: 'open' }
  | { do: 'vote'; who: 'bob' | 'carol'; answer: 'approve' | 'reject' | 'request_changes'; from?: string }
  | { do: 'cancel' | 'expire' | 'reissue' | 'react' | 'settle' | 'forget' | 'sweep' }
  /** That person was asked, or told of outcomes, as often in this hour as they are mailed one by one. */
  | { do: 'crowd'; who: 'bob' | 'carol' | 'alice'; with?: 'asks' | 'tells' }
  | { do: 'abort'; which: number };

/** Where a run crashes: at its nth call. */
export interface CrashPoint {
  at: number;
  mode: Exclude<Mode, 'lost'>;
}

/**
 * The cloud in memory: handlers' own code against the fakes, invoked, repeated and reordered as AWS does. Quick enough to
 * crash anywhere in anything.
 */
export class Memory {
  readonly id = requestIdentity(source, key);
  /** The world outside; each invocation is a process of its own beside it. */
  readonly fakes: Fakes = fakeServices();
  /** Told of every call before it is made; throws where a service is down. */
  outage: (call: OutsideCall) => void = () => {};
  /** Names of the calls so far, in order. */
  readonly calls: string[] = [];
  /** Executions by ARN: the token each waits on, undefined once it was aborted. */
  readonly executions = new Map<string, string | undefined>();
  /** Mails that went out and were not marked: a crash may double each of them. */
  unmarked = 0;
  private readonly crashes: CrashPoint[];
  private tokens = 0;
  private reacted = 0;
  private forgot = false;
  /** How often each message was delivered. */
  private readonly received = new WeakMap<object, number>();

  constructor(crashes: CrashPoint[] = []) {
    this.crashes = crashes;
    this.fakes.publish(policy());
  }

  get request(): Request | undefined {
    return fold(this.fakes.tables.log.get(this.id) ?? []);
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.perform(step);
    await this.settleDown();
  }

  async perform(step: Step): Promise<void> {
    switch (step.do) {
      case 'open':
        return this.open();
      case 'vote':
        return this.vote(step.who, step.answer, step.from);
      case 'cancel': {
        const detail = { requestId: key, reason: 'not needed' };
        const event = {
          id: 'e',
          source: 'demo.shop',
          account: '000000000000',
          'detail-type': 'Cancel Approval',
          detail,
        };
        // Of another source: refused. The API's caller below is the one who may.
        await this.insist((services) => cancelByEvent(services, event));
        const principal = { arn: 'arn:aws:sts::000000000000:assumed-role/operators/erin', account: '000000000000' };
        const call = { route: 'POST /requests/{id}/cancel', principal, id: this.id, query: {}, body: detail };
        await this.insist((services) => answerCall(services, { ...call, body: { reason: detail.reason } }));
        return;
      }
      case 'reissue': {
        const principal = { arn: 'arn:aws:sts::000000000000:assumed-role/operators/erin', account: '000000000000' };
        const call = { route: 'POST /requests/{id}/links', principal, id: this.id, query: {}, body: { person: 'bob' } };
        await this.insist((services) => answerCall(services, call));
        return;
      }
      case 'expire': {
        // A day has many sweeps.
        this.fakes.advance(200);
        await this.insist((services) => sweep(services));
        this.fakes.advance(25 * 3600);
        if (this.fakes.outside.schedules.delete(this.id))
          await this.insist((services) => reconcile(services, this.id, { by: 'timer' }));
        return;
      }
      case 'abort': {
        const arn = [...this.executions.keys()][step.which];
        const token = arn && this.executions.get(arn);
        if (!arn || !token || this.fakes.outside.answered.has(token)) return;
        this.fakes.outside.closed.add(token);
        this.executions.set(arn, undefined);
        this.fakes.outside.executions.set(arn, { status: 'ABORTED' });
        const detail = { executionArn: arn, status: 'ABORTED' as const };
        await this.insist((services) => executionEnded(services, { source: 'aws.states', detail }));
        return;
      }
      case 'crowd':
        return this.crowd(step.who, step.with ?? 'asks');
      case 'react':
        return this.react();
      case 'settle':
        return this.settleDown();
      case 'forget':
        this.reacted = this.request?.seq ?? 0;
        this.forgot = true;
        return;
      case 'sweep':
        await this.attempt((services) => sweep(services));
    }
  }

  /** One invocation: a new process, which may be killed at any of its calls. Undefined where it failed. */
  private async attempt<T>(work: (services: Fakes) => Promise<T>): Promise<{ done: T } | undefined> {
    const process = this.fakes.restarted();
    let killed = false;
    const planned = new Map<OutsideCall, CrashPoint>();
    process.hook = (call, when) => {
      if (when === 'after') this.note(call);
      if (killed) throw new Killed('this process has ended');
      if (when === 'before') {
        const at = this.calls.push(call.name) - 1;
        const crash = this.crashes.find((point) => point.at === at);
        if (crash) planned.set(call, crash);
      }
      if (when === 'before') this.outage(call);
      const mode = planned.get(call)?.mode;
      if (mode === `killed ${when}`) killed = true;
      if (killed) throw new Killed('killed here');
      if (mode === `failed ${when}`) throw new Fault('injected');
    };
    try {
      const done = await work(process);
      return killed ? undefined : { done };
    } catch {
      // What was on its way when the process ended arrives before anything else happens: a schedule that arrived later still
      // would fire once and find nothing due.
      await new Promise((resolve) => setImmediate(resolve));
      return undefined;
    }
  }

  private note({ name, args }: OutsideCall): void {
    if (name === 'mailer.send') this.unmarked++;
    // What was in a digest is marked one by one, and is one mail all the same.
    const inDigest = args[0] === this.id && /^(ask|settled|outcome)\b/.test(String(args[1]));
    if (name === 'markers.sent' && !inDigest) this.unmarked--;
    if (name.startsWith('answers.')) this.tell(String(args[0]));
  }

  /** An answered execution ends. */
  private tell(token: string): void {
    const { answered, executions } = this.fakes.outside;
    const told = answered.get(token);
    for (const [arn, current] of this.executions) {
      if (current !== token || !told || executions.get(arn)?.status !== 'RUNNING') continue;
      executions.set(
        arn,
        'succeeded' in told
          ? { status: 'SUCCEEDED', output: told.succeeded }
          : { status: 'FAILED', error: told.failed, cause: told.cause },
      );
    }
  }

  private async insist<T>(work: (services: Fakes) => Promise<T>): Promise<T> {
    for (let tries = 0; tries < 8; tries++) {
      const came = await this.attempt(work);
      if (came) return came.done;
      this.fakes.advance(60);
    }
    throw new Error('it never succeeded');
  }

  private async open(): Promise<void> {
    const execution = `${states}:execution:countersign-approval:run-${this.executions.size}`;
    this.fakes.outside.executions.set(execution, { status: 'RUNNING' });
    const input = {
      requestId: key,
      title: 'Deploy shop',
      requestedBy: 'alice@example.com',
      environment: 'production',
      risk: 'medium',
      payload: { version: '2.1.0' },
    };
    for (let tries = 0; tries < 8; tries++) {
      const taskToken = `token-${this.tokens++}`;
      this.executions.set(execution, taskToken);
      const startedAt = this.fakes.now.toISOString();
      const handed = { execution, machine, startedAt, input, taskToken, redriveCount: 0 };
      if (
        await this.attempt((services) =>
          openForMachine(services, handed, { eventMachines: [], account: '000000000000' }),
        )
      )
        return;
      // Step Functions closes the token, and retries with another.
      this.fakes.outside.closed.add(taskToken);
      this.fakes.advance(2);
    }
    throw new Error('the opening never succeeded');
  }

  private async vote(who: string, answer: string, from = ''): Promise<void> {
    const mails = this.fakes.outside.mails.filter(({ to }) => to === `${who}@example.com`);
    const link = mails.map(({ text }) => /\/r\/([A-Za-z0-9_-]{88})/.exec(text)?.[1]).findLast((found) => found);
    if (!link) return;
    const page = await this.insist((services) => showReview(services, link));
    const nonce = /name="nonce" value="([^"]+)"/.exec(page.html)?.[1];
    if (!nonce) return;
    const body = { nonce, answer, comment: '', conditions: '', ...(from && { notBefore: from.slice(0, 16) }) };
    await this.insist((services) => answerReview(services, link, { body, ours: true, reached }));
  }

  private crowd(who: string, mails: 'asks' | 'tells'): void {
    const { now, tables, asksPerHour } = this.fakes;
    const at = now.toISOString();
    const whose = personTag(mails === 'asks' ? who : `${who}@example.com`);
    for (let n = 0; n < asksPerHour; n++)
      tables.markers.set(`${mails}#${whose}#${at.slice(0, 13)} other-${n}`, {
        at,
        tries: 1,
        messageId: `other-${n}`,
      });
  }

  /** The stream delivers what was written since. */
  private async react(): Promise<void> {
    const { request } = this;
    if (!request || request.seq === this.reacted) return;
    const upTo = request.seq;
    const came = await this.attempt(async (services) => {
      try {
        await reconcile(services, this.id, { by: 'stream' });
      } catch (fault) {
        if (fault instanceof Killed) throw fault;
        await services.retries.put({ id: this.id, seq: 0, kind: 'resume' });
        await services.retries.put({ id: this.id, seq: 0, kind: 'everything' });
      }
    });
    if (came) this.reacted = upTo;
  }

  private async deliverMessages(): Promise<void> {
    const there = this.fakes.outside.retries.splice(0);
    for (const message of there) {
      const { id, seq, kind } = message;
      const received = (this.received.get(message) ?? 0) + 1;
      this.received.set(message, received);
      const last = received >= 3;
      const occasion = kind === 'everything' ? { by: 'stream' as const } : { by: 'retry' as const, kind, seq, last };
      if (!(await this.attempt((services) => reconcile(services, id, occasion))))
        this.fakes.outside.retries.push(message);
    }
  }

  /** Stream, queues and two sweeps, until there is nothing left to do. */
  async settleDown(): Promise<void> {
    for (let rounds = 0; rounds < 20; rounds++) {
      await this.react();
      await this.deliverMessages();
      const quiet = this.fakes.outside.retries.length === 0 && (this.request?.seq ?? 0) === this.reacted;
      const digests = this.fakes.tables.digests.size > 0;
      // The stream may have forgotten something, and then nothing but a sweep finds it: one that is not crashed. Nothing
      // else sends digests.
      if (quiet && !digests && (rounds >= 2 + this.crashes.length || !this.forgot)) return;
      this.fakes.advance(200);
      if (this.forgot || digests) await this.attempt((services) => sweep(services));
    }
    throw new Error(`it never settles down: ${JSON.stringify(this.fakes.outside.retries)}`);
  }
}

let thePolicy: Policy | undefined;

/** The policy for playing. */
function policy(): Policy {
  if (thePolicy) return thePolicy;
  const loaded = loadPolicy(readFileSync('policy/demo.yaml', 'utf8'));
  if (!loaded.ok) throw new Error('the policy for playing is broken');
  thePolicy = loaded.policy;
  return thePolicy;
}
