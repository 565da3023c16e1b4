import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { CreateTableCommand, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand } from '@aws-sdk/client-eventbridge';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { CreateScheduleGroupCommand } from '@aws-sdk/client-scheduler';
import { cloudState, output, ROOT } from '../aws.ts';
import { dynamodb } from '../cloud/audit.ts';
import { root } from '../cloud/clients.ts';
import { aRole } from '../cloud/principals.ts';

/** Everything the handlers work on here is of this name: in the deployed cloud, and with nobody else at work in it. */
export const place = `crash-${randomUUID().slice(0, 8)}`;
export const scheduleGroup = place;
export const tables = {
  audit: `${place}-audit`,
  requests: `${place}-requests`,
  waiting: `${place}-waiting`,
  policy: `${place}-policy`,
};
export type Table = keyof typeof tables;

const states = 'arn:aws:states:us-east-1:000000000000';
/** The machines that the opening function believes to have been called by. */
export const machines = {
  approval: `${states}:stateMachine:countersign-approval`,
  events: `${states}:stateMachine:countersign-approval-events`,
};
/** The role of the executions that wait here. */
export let waiter = '';

type Keys = [name: string, type: 'S' | 'N'][];

/** Keys and indexes as lib/records.ts makes them. */
const keys: Record<Table, { main: Keys; index?: [name: string, of: Keys] }> = {
  audit: {
    main: [
      ['id', 'S'],
      ['seq', 'N'],
    ],
  },
  requests: {
    main: [
      ['id', 'S'],
      ['item', 'S'],
    ],
    index: [
      'open',
      [
        ['open', 'S'],
        ['id', 'S'],
      ],
    ],
  },
  waiting: {
    main: [
      ['execution', 'S'],
      ['task', 'S'],
    ],
    index: [
      'begun',
      [
        ['hour', 'S'],
        ['since', 'S'],
      ],
    ],
  },
  policy: { main: [['key', 'S']] },
};

export async function makeTable(kind: Table, TableName: string): Promise<void> {
  const { main, index } = keys[kind];
  const types = new Map([...main, ...(index?.[1] ?? [])]);
  const input: CreateTableCommandInput = {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: schemaOf(main),
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    ...(index && {
      GlobalSecondaryIndexes: [
        { IndexName: index[0], KeySchema: schemaOf(index[1]), Projection: { ProjectionType: 'ALL' as const } },
      ],
    }),
  };
  await dynamodb().send(new CreateTableCommand(input));
}

function schemaOf(of: Keys) {
  return of.map(([AttributeName], at) => ({
    AttributeName,
    KeyType: at === 0 ? ('HASH' as const) : ('RANGE' as const),
  }));
}

/** Makes what all runs share, and tells the handlers-to-be where they are. */
export async function makePlace(): Promise<void> {
  const { endpoint, region, caFile } = cloudState();
  // Handlers are told by NODE_EXTRA_CA_CERTS, which is read when a process starts; this one has started.
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(caFile, 'utf8')]);
  const [key] = await Promise.all([
    root.kms().send(new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })),
    makeTable('policy', tables.policy),
    root.events().send(new CreateEventBusCommand({ Name: place })),
    root.scheduler().send(new CreateScheduleGroupCommand({ Name: place })),
    bucket(`${place}-policies`),
    bucket(`${place}-payloads`),
  ]);
  waiter = await aRole(place, [{ Action: 'sqs:SendMessage', Resource: '*' }], 'states.amazonaws.com');
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:000000000000:${rest}`;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: ROOT.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
    ACCOUNT_ID: '000000000000',
    AUDIT_TABLE: tables.audit,
    REQUESTS_TABLE: tables.requests,
    WAITING_TABLE: tables.waiting,
    POLICY_TABLE: tables.policy,
    POLICY_BUCKET: `${place}-policies`,
    PAYLOAD_BUCKET: `${place}-payloads`,
    EVENT_BUS: place,
    EVENT_MACHINES: machines.events,
    LINK_KEY_ID: key.KeyMetadata?.KeyId ?? '',
    REVIEW_BASE_URL: 'https://review.example.com',
    SENDER: output('Sender'),
    RESUME_QUEUE_URL: `${endpoint}/000000000000/${place}-resume`,
    REST_QUEUE_URL: `${endpoint}/000000000000/${place}-rest`,
    SCHEDULE_GROUP: place,
    SCHEDULE_ROLE_ARN: waiter,
    SCHEDULE_DLQ_ARN: arn('sqs', `${place}-timers`),
    DEADLINE_FUNCTION_ARN: arn('lambda', `function:${place}-deadline`),
    TIMER_LEAD_SECONDS: '60',
    ASKS_PER_HOUR: '12',
    ENFORCED_SOURCES: '',
  });
}

async function bucket(Bucket: string): Promise<void> {
  await root.s3().send(new CreateBucketCommand({ Bucket }));
  await root.s3().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
}
