import { Duration } from 'aws-cdk-lib';
import { AttributeType, ProjectionType, StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import { HouseBucket } from './constructs/house-bucket.ts';
import { HouseTable } from './constructs/house-table.ts';
import { lifetime } from './constructs/lifetime.ts';

const { STRING, NUMBER } = AttributeType;

/** What is kept: the log, what is built from it, waiting tasks, policy, payloads, and the key links are signed from. */
export class Records extends Construct {
  /** The log, and so the state: one item per entry. */
  readonly audit: HouseTable;
  /** The read model, and mail markers beside it. */
  readonly requests: HouseTable;
  /** Task tokens, and openings that have just begun. */
  readonly waiting: HouseTable;
  /** Pointer and people. */
  readonly policy: HouseTable;
  /** `requests/`: what requests keep by reference; `incoming/<source>/`: where callers put it. */
  readonly payloads: HouseBucket;
  /** Policy versions by digest. */
  readonly policies: HouseBucket;
  readonly linkKey: Key;

  constructor(scope: Construct, id: string, of: { configuration: Configuration; linkKeyUsers: Role[] }) {
    super(scope, id);
    const { configuration } = of;
    const sortKey = (name: string, type = STRING) => ({ name, type });
    this.audit = new HouseTable(this, 'Audit', {
      configuration,
      partitionKey: 'id',
      sortKey: sortKey('seq', NUMBER),
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
    });
    this.requests = new HouseTable(this, 'Requests', {
      configuration,
      partitionKey: 'id',
      sortKey: sortKey('item'),
      timeToLiveAttribute: 'ttl',
    });
    this.requests.addGlobalSecondaryIndex({
      indexName: 'open',
      partitionKey: sortKey('open'),
      sortKey: sortKey('id'),
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.waiting = new HouseTable(this, 'Waiting', {
      configuration,
      partitionKey: 'execution',
      sortKey: sortKey('task'),
      timeToLiveAttribute: 'ttl',
    });
    this.waiting.addGlobalSecondaryIndex({
      indexName: 'begun',
      partitionKey: sortKey('hour'),
      sortKey: sortKey('since'),
      // Never the token: an index is one more copy.
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['id', 'arn'],
    });
    this.policy = new HouseTable(this, 'Policy', { configuration, partitionKey: 'key' });
    this.payloads = new HouseBucket(this, 'Payloads', {
      configuration,
      lifecycleRules: [
        // Copied at opening; what stays under `requests/` is evidence and stays.
        { prefix: 'incoming/', expiration: Duration.days(30), noncurrentVersionExpiration: Duration.days(1) },
      ],
    });
    this.policies = new HouseBucket(this, 'Policies', { configuration });
    this.linkKey = linkKey(this, of.configuration, of.linkKeyUsers);
  }
}

/**
 * The HMAC key that link keys are derived from, epoch by epoch. Its own policy lets the account administer it and only the
 * two roles use it: no IAM policy elsewhere can add a third. KMS cannot rotate such a key; epochs do instead.
 */
function linkKey(scope: Construct, configuration: Configuration, users: Role[]): Key {
  const { removalPolicy } = lifetime(configuration);
  const statements = [
    new PolicyStatement({
      sid: 'Administer',
      principals: [new AccountRootPrincipal()],
      actions: [
        // Not kms:Create*: that holds CreateGrant, and a grant lets anybody use the key past this policy.
        ...['kms:CreateAlias', 'kms:Describe*', 'kms:Enable*', 'kms:List*', 'kms:Put*', 'kms:Update*', 'kms:Revoke*'],
        ...['kms:Disable*', 'kms:Get*', 'kms:Delete*', 'kms:TagResource', 'kms:UntagResource'],
        ...['kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion'],
      ],
      resources: ['*'],
    }),
    new PolicyStatement({ sid: 'DeriveLinkKeys', principals: users, actions: ['kms:GenerateMac'], resources: ['*'] }),
  ];
  return new Key(scope, 'LinkKey', {
    description: 'Countersign: link keys are derived from it',
    keySpec: KeySpec.HMAC_256,
    keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
    policy: new PolicyDocument({ statements }),
    removalPolicy,
  });
}
