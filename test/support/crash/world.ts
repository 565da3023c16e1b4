import { TaskTimedOut } from '@aws-sdk/client-sfn';
import { requestIdentity } from '../../../core/canonical.ts';
import type { HandlerName } from '../../../lambdas/handlers/environment.ts';
import type { Call, Invocation, Run } from './boundaries.ts';
import { inside } from './boundaries.ts';
import { anExecution, ended, type Waiting } from './executions.ts';
import type { Handler } from './handlers.ts';
import { makeTable, place, type Table, tables } from './place.ts';

export interface Reply {
  statusCode: number;
  body: string;
}

/** What became of one invocation. */
export type Came = { reply: unknown; failed?: undefined } | { failed: string };

interface Message {
  messageId: string;
  body: string;
  /** How often it was delivered. */
  received: number;
}

/** Seconds from one look of the stream's or a queue's, or one sweep, to the next. */
const PAUSE_SECONDS = 300;

/**
 * One run's AWS: it invokes the handlers as AWS does, hands on what they wrote to the log and put on the queues, and repeats
 * what failed. Clocks are moved, nothing waits.
 */
export class World {
  readonly run: Run;
  readonly handlers: Record<HandlerName, Handler>;
  /** Are its calls boundaries to crash at? */
  watched = true;
  /** Are the log's stream records lost from the crash on? */
  streamForgets = false;
  /** Mails that went out and were never marked: the one boundary at which a crash may double one. */
  readonly maybeTwice = new Set<string>();
  private unmarked = new Set<string>();
  readonly mails: { to: string; text: string }[] = [];
  readonly events: { type: string; detail: { id?: string; seq?: number; requestId?: string } }[] = [];
  /** Every answer that Step Functions took, by token. */
  readonly answers = new Map<string, { operation: string; id: unknown }[]>();
  readonly executions = new Map<string, Waiting>();
  private stream: { id: string; position: string }[] = [];
  private messages: Message[] = [];
  private ordinals = new Map<string, number>();
  private ownTables = new Map<string, string>();

  constructor(run: Run, handlers: Record<HandlerName, Handler>) {
    this.run = run;
    this.handlers = handlers;
    run.performed = (call) => this.saw(call);
    run.scripted = (call) => this.asAwsWould(call);
    run.rewrite = (input) => this.inOwnTables(input);
    run.restore = (reply) => this.asAsked(reply);
  }

  /** Tables of this run alone, so that a sweep finds nothing of others. */
  async ownTablesFor(kinds: readonly Table[] = ['audit', 'requests', 'waiting']): Promise<void> {
    await Promise.all(
      kinds.map((kind) => {
        const own = this.table(kind);
        this.ownTables.set(tables[kind], own);
        return makeTable(kind, own);
      }),
    );
  }

  table(kind: Table): string {
    return `${tables[kind]}-${this.run.name}`;
  }

  get title(): string {
    return `Run ${this.run.name} of ${place}`;
  }

  idOf(source = 'states:countersign-approval', requestId = this.run.name): string {
    return requestIdentity(source, requestId);
  }

  /** What prepares a scenario: its boundaries are crashed at elsewhere. */
  async calmly<T>(work: () => Promise<T>): Promise<T> {
    this.watched = false;
    try {
      return await work();
    } finally {
      this.watched = true;
    }
  }

  later(seconds: number): void {
    this.run.skew += seconds * 1000;
  }

  async invoke(handler: HandlerName, event: unknown): Promise<Came> {
    const ordinal = (this.ordinals.get(handler) ?? 0) + 1;
    this.ordinals.set(handler, ordinal);
    const { watched } = this;
    const invocation: Invocation = {
      handler,
      ordinal,
      watched,
      killed: false,
      seen: new Map(),
      inFlight: new Set(),
      memory: new Map(),
    };

    let came: Came;
    try {
      came = {
        reply: await inside(this.run, invocation, () => this.handlers[handler](event, { awsRequestId: 'test' })),
      };
    } catch (fault) {
      came = { failed: String(fault) };
    }
    // What was on its way when the process ended arrives all the same.
    await Promise.all(invocation.inFlight);
    for (const mail of this.unmarked) this.maybeTwice.add(mail);
    this.unmarked.clear();
    return invocation.killed ? { failed: 'killed' } : came;
  }

  /** Invokes again until it succeeds, as AWS repeats what is asynchronous, and as people and programs do by hand. */
  async insist(handler: HandlerName, event: unknown, good: (reply: unknown) => boolean = () => true): Promise<unknown> {
    let came: Came | undefined;
    for (let tries = 0; tries < 4; tries++) {
      came = await this.invoke(handler, event);
      if (came.failed === undefined && good(came.reply)) return came.reply;
      this.later(130);
    }
    throw new Error(`${handler} never succeeded: ${JSON.stringify(came)}`);
  }

  /** An execution that waits, as the approval machine's or a caller's own. */
  async execution(): Promise<Awaited<ReturnType<typeof anExecution>>> {
    const waiting = await anExecution(`${place}-${this.run.name}`);
    this.executions.set(waiting.arn, waiting);
    return waiting;
  }

  /** Delivers stream and queues, and sweeps, until nothing is left to do; what fails comes again, later. */
  async settleDown(): Promise<void> {
    for (let rounds = 0; rounds < 12; rounds++) {
      const forgotten = this.streamForgets && this.run.crashed !== undefined;
      if (forgotten) {
        this.stream = [];
        await this.invoke('sweep', {});
      } else await this.deliverStream();
      await this.deliverMessages();
      if (this.stream.length === 0 && this.messages.length === 0 && (!forgotten || rounds >= 2)) return;
      this.later(PAUSE_SECONDS);
    }
    throw new Error(`it never settles down: ${JSON.stringify([this.stream, this.messages])}`);
  }

  loseStream(): void {
    this.stream = [];
  }

  /** What kinds of reactions wait in the two queues. */
  queued(): string[] {
    return this.messages.map(({ body }) => (JSON.parse(body) as { kind: string }).kind).sort();
  }

  async deliverStream(): Promise<void> {
    const batch = this.stream;
    this.stream = [];
    if (batch.length === 0) return;
    const Records = batch.map(({ id, position }) => ({
      eventName: 'INSERT',
      dynamodb: { Keys: { id: { S: id }, seq: { N: '0' } }, SequenceNumber: position },
    }));
    const came = await this.invoke('react', { Records });
    const failed =
      came.failed === undefined
        ? (came.reply as { batchItemFailures: { itemIdentifier: string }[] }).batchItemFailures.length > 0
        : true;
    if (failed) this.stream.unshift(...batch);
  }

  private async deliverMessages(): Promise<void> {
    const there = this.messages;
    this.messages = [];
    for (const message of there) {
      message.received += 1;
      const attributes = { ApproximateReceiveCount: String(message.received) };
      const came = await this.invoke('retry-reactions', { Records: [{ ...message, attributes }] });
      const failed =
        came.failed !== undefined || (came.reply as { batchItemFailures: unknown[] }).batchItemFailures.length > 0;
      if (failed) this.messages.push(message);
    }
  }

  private async saw({ service, operation, input, about }: Call): Promise<void> {
    const at = `${service}.${operation}`;
    if (at === 'dynamodb.PutItem' && about.startsWith(tables.audit)) {
      const { Item } = input as { Item: { id: { S: string }; seq: { N: string } } };
      this.stream.push({ id: Item.id.S, position: `${this.stream.length}-${Item.seq.N}` });
    } else if (at === 'sqs.SendMessage') {
      this.messages.push({
        messageId: `message-${this.messages.length}`,
        body: (input as { MessageBody: string }).MessageBody,
        received: 0,
      });
    } else if (at === 'ses.SendEmail') {
      const mail = input as { Destination: { ToAddresses: string[] }; Message: { Body: { Text: { Data: string } } } };
      const sent = { to: mail.Destination.ToAddresses.join(), text: mail.Message.Body.Text.Data };
      this.mails.push(sent);
      this.unmarked.add(`${sent.to} ${kindOf(sent)}`);
    } else if (
      at === 'dynamodb.UpdateItem' &&
      '#sent' in ((input as { ExpressionAttributeNames?: object }).ExpressionAttributeNames ?? {})
    ) {
      const [kind = '', ...rest] = about.split(' mail#')[1]?.split('/') ?? [];
      const person = kind === 'outcome' ? 'alice' : rest[kind === 'ask' ? 2 : 0];
      this.unmarked.delete(`${person}@example.com ${kind === 'ask' ? 'asks' : 'tells'}`);
    } else if (at === 'eventbridge.PutEvents') {
      const { Entries } = input as { Entries: { DetailType: string; Detail: string }[] };
      for (const { DetailType, Detail } of Entries) this.events.push({ type: DetailType, detail: JSON.parse(Detail) });
    } else if (operation === 'SendTaskSuccess' || operation === 'SendTaskFailure') {
      const { taskToken, output, cause } = input as { taskToken: string; output?: string; cause?: string };
      const { id } = JSON.parse(output ?? cause ?? '{}') as { id?: string };
      this.answers.set(taskToken, [...(this.answers.get(taskToken) ?? []), { operation, id }]);
      const answered = [...this.executions.values()].find(({ token }) => token === taskToken);
      // On AWS an answered execution goes on at once; here a thread of the local cloud's has to be given its turn.
      if (answered) await ended(answered.arn);
    }
  }

  /** A token is good for one answer, and for none once another took its place: the local cloud would take more. */
  private asAwsWould({ operation, input }: Call): Error | undefined {
    if (operation !== 'SendTaskSuccess' && operation !== 'SendTaskFailure') return undefined;
    const { taskToken } = input as { taskToken: string };
    const current = [...this.executions.values()].some(({ token }) => token === taskToken);
    if (current && !this.answers.has(taskToken)) return undefined;
    return new TaskTimedOut({ message: 'Task Timed Out', $metadata: { httpStatusCode: 400 } });
  }

  private inOwnTables(input: Record<string, unknown>): Record<string, unknown> {
    const { TableName, RequestItems } = input as { TableName?: string; RequestItems?: Record<string, unknown> };
    const own = (name: string) => this.ownTables.get(name) ?? name;
    if (TableName !== undefined) return { ...input, TableName: own(TableName) };
    if (RequestItems === undefined) return input;
    const renamed = Object.entries(RequestItems).map(([name, of]) => [own(name), of]);
    return { ...input, RequestItems: Object.fromEntries(renamed) };
  }

  /** A batch answers by table: the handler knows its tables by other names. */
  private asAsked<T>(reply: T): T {
    const { output } = reply as { output?: { Responses?: Record<string, unknown> } };
    if (!output?.Responses) return reply;
    const asked = new Map([...this.ownTables].map(([name, own]) => [own, name]));
    const Responses = Object.entries(output.Responses).map(([name, items]) => [asked.get(name) ?? name, items]);
    return { ...reply, output: { ...output, Responses: Object.fromEntries(Responses) } };
  }
}

/** Does a mail ask for a decision, or tell of one? */
export function kindOf({ text }: { text: string }): 'asks' | 'tells' {
  return text.includes('/r/') ? 'asks' : 'tells';
}
