import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Construct } from 'constructs';
import type { EnvironmentOf, HandlerName } from '../lambdas/handlers/environment.ts';
import type { Configuration } from './configuration.ts';
import { HouseFunction, type HouseFunctionProps } from './constructs/house-function.ts';
import { enforcedInPolicy } from './policy-file.ts';
import type { Queues } from './queues.ts';
import type { Records } from './records.ts';
import type { Roles } from './roles.ts';

export interface FunctionsProps {
  configuration: Configuration;
  roles: Roles;
  records: Records;
  bus: IEventBus;
  queues: Queues;
  scheduleGroup: string;
  reviewBaseUrl: string;
  /** ARNs of the state machines that only the bus's rules start. */
  eventMachines: string[];
}

type Env<N extends HandlerName> = Record<keyof EnvironmentOf<N>, string>;

/** Seconds a timer keeps ahead: AWS's scheduler fires within the minute, the local one looks every ten seconds. */
const timerLead = { aws: '60', local: '5' };

/** Every function, with its role and what it is told. */
export class Functions extends Construct {
  readonly openRequest: HouseFunction;
  readonly cancelRequest: HouseFunction;
  readonly review: HouseFunction;
  readonly api: HouseFunction;
  readonly publishPolicy: HouseFunction;
  readonly react: HouseFunction;
  readonly retryReactions: HouseFunction;
  readonly deadline: HouseFunction;
  readonly sweep: HouseFunction;
  readonly executionEnded: HouseFunction;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { configuration, roles, records, queues } = props;
    const { account } = Stack.of(this);
    const reading = { AUDIT_TABLE: records.audit.tableName, POLICY_TABLE: records.policy.tableName };
    const policies = { POLICY_BUCKET: records.policies.bucketName, ACCOUNT_ID: account };
    const bus = { EVENT_BUS: props.bus.eventBusName };
    const payloads = { PAYLOAD_BUCKET: records.payloads.bucketName };
    const waiting = { WAITING_TABLE: records.waiting.tableName };
    const requests = { REQUESTS_TABLE: records.requests.tableName };
    const opening: Env<'api'> = { ...reading, ...waiting, ...requests, ...policies, ...payloads, ...bus };
    const links = { LINK_KEY_ID: records.linkKey.keyId, REVIEW_BASE_URL: props.reviewBaseUrl };
    const reconciling: Env<'react'> = {
      ...{ ...reading, ...waiting, ...payloads, ...bus, ...links },
      POLICY_BUCKET: records.policies.bucketName,
      ...requests,
      SENDER: configuration.sender,
      RESUME_QUEUE_URL: queues.resume.queueUrl,
      REST_QUEUE_URL: queues.rest.queueUrl,
      SCHEDULE_GROUP: props.scheduleGroup,
      SCHEDULE_ROLE_ARN: roles.schedule.roleArn,
      SCHEDULE_DLQ_ARN: queues.timerDeadLetters.queueArn,
      DEADLINE_FUNCTION_ARN: deadlineFunctionArn(this, configuration),
      TIMER_LEAD_SECONDS: timerLead[configuration.target],
      ASKS_PER_HOUR: String(configuration.asksPerHour),
    };
    // Mails, answers and decisions come by it, cold starts included: what it computes is as cheap with more memory and done
    // in a quarter of the time; docs/costs.md has the difference.
    const reconciler = { role: roles.reconciler, environment: reconciling, memorySize: 1024 };
    const make = <N extends HandlerName>(name: string, of: Omit<HouseFunctionProps<N>, 'configuration'>) =>
      new HouseFunction<N>(this, name, { ...of, configuration });
    const lostEvents = new SqsDestination(queues.eventDeadLetters);
    const lostTimers = new SqsDestination(queues.timerDeadLetters);

    this.openRequest = make('OpenRequest', {
      handler: 'open-request',
      description: 'Opens a request and leaves its task waiting',
      role: roles.openRequest,
      environment: { ...opening, EVENT_MACHINES: props.eventMachines.join(',') },
      timeout: Duration.seconds(20),
    });
    this.cancelRequest = make('CancelRequest', {
      handler: 'cancel-request',
      description: 'Cancel Approval events',
      role: roles.cancelRequest,
      environment: { AUDIT_TABLE: records.audit.tableName, ...bus },
      timeout: Duration.seconds(20),
      onFailure: lostEvents,
    });
    this.review = make('Review', {
      handler: 'review',
      description: 'The review page: shows, and records decisions',
      role: roles.review,
      environment: { ...reading, ...requests, POLICY_BUCKET: records.policies.bucketName, ...payloads, ...links },
      timeout: Duration.seconds(10),
      // A person waits for it, from a cold start too.
      memorySize: 512,
    });
    this.api = make('Api', {
      handler: 'api',
      description: 'The IAM-authenticated API on requests',
      role: roles.api,
      environment: opening,
      timeout: Duration.seconds(20),
    });
    this.publishPolicy = make('PublishPolicy', {
      handler: 'publish-policy',
      description: 'Publishes policies, rotates link keys',
      role: roles.publish,
      environment: {
        ...{ ...reading, ...requests, ...payloads, ...policies },
        ENFORCED_SOURCES: enforcedInPolicy(configuration, account).join(','),
      },
      timeout: Duration.seconds(29),
      // A file of 10,000 people and 1,000 rules takes 390 MB and 2.8 s of a whole CPU to read, which this is.
      memorySize: 1769,
      onFailure: lostEvents,
    });
    this.react = make('React', {
      handler: 'react',
      description: 'Performs the reactions to each entry of the log',
      ...reconciler,
      timeout: queues.workTime,
    });
    this.retryReactions = make('RetryReactions', {
      handler: 'retry-reactions',
      description: 'Performs again what a reaction failed at',
      ...reconciler,
      timeout: queues.workTime,
    });
    this.deadline = make('Deadline', {
      handler: 'deadline',
      description: "A request's time has come",
      ...reconciler,
      timeout: queues.workTime,
      functionName: deadlineFunctionName(configuration),
      onFailure: lostTimers,
    });
    this.sweep = make('Sweep', {
      handler: 'sweep',
      description: 'Finds what streams, timers and events have lost',
      ...reconciler,
      timeout: Duration.seconds(230),
      onFailure: lostTimers,
    });
    this.executionEnded = make('ExecutionEnded', {
      handler: 'execution-ended',
      description: 'Notes executions that stopped waiting',
      role: roles.executionEnded,
      environment: { AUDIT_TABLE: records.audit.tableName, ...waiting },
      timeout: Duration.seconds(20),
      onFailure: lostEvents,
    });
  }
}

function deadlineFunctionName({ stackName }: Configuration): string {
  return `${stackName}-deadline`;
}

/** Known before the function is there, so that the function can be told its own ARN. */
export function deadlineFunctionArn(scope: Construct, configuration: Configuration): string {
  return Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: deadlineFunctionName(configuration),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
