import { local, type Parsed, resources, templateWith, written } from './template.ts';

const template = templateWith();
const tables = resources(template, 'AWS::DynamoDB::Table');
const table = (name: string) => {
  const found = Object.entries(tables).find(([id]) => id.startsWith(`Records${name}`));
  if (!found) throw new Error(`no table ${name}`);
  return found[1];
};

describe('R50 what is kept', () => {
  test.each(['Audit', 'Requests', 'Waiting', 'Policy'])(
    'R50 the table %s can be restored, cannot be deleted, is encrypted and stays when the stack goes',
    (name) => {
      const { Properties, DeletionPolicy, UpdateReplacePolicy } = table(name);
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
      });
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    },
  );

  test('R50 buckets are versioned, encrypted, private, take TLS only and stay', () => {
    const buckets = Object.values(resources(template, 'AWS::S3::Bucket'));
    expect(buckets).toHaveLength(2);
    for (const { Properties, DeletionPolicy } of buckets) {
      expect(Properties).toMatchObject({
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: expect.anything(),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
      expect(DeletionPolicy).toBe('Retain');
    }
    for (const { Properties } of Object.values(resources(template, 'AWS::S3::BucketPolicy'))) {
      expect(JSON.stringify(Properties.PolicyDocument)).toContain('"aws:SecureTransport":"false"');
    }
  });

  test('what callers left to be fetched is dropped after a month, what requests keep is not', () => {
    const rules = Object.values(resources(template, 'AWS::S3::Bucket')).flatMap(
      ({ Properties }) => Properties.LifecycleConfiguration.Rules,
    );
    expect(rules.filter((rule) => rule.ExpirationInDays !== undefined)).toEqual([
      expect.objectContaining({ Prefix: 'incoming/', ExpirationInDays: 30 }),
    ]);
  });

  test('R50 every log group keeps its logs for a time that is set', () => {
    const groups = Object.values(resources(template, 'AWS::Logs::LogGroup'));
    expect(groups.length).toBeGreaterThanOrEqual(13);
    for (const { Properties } of groups) expect(Properties).toMatchObject({ RetentionInDays: 90 });
  });

  test('R50 every queue encrypts and is, or has, a dead-letter queue', () => {
    const queues = Object.values(resources(template, 'AWS::SQS::Queue'));
    const targets = new Set(queues.flatMap(({ Properties }) => written(Properties.RedrivePolicy?.deadLetterTargetArn)));
    expect(targets.size).toBeGreaterThanOrEqual(2);
    for (const { Properties } of queues) expect(Properties.SqsManagedSseEnabled).toBe(true);
  });
});

test('the log streams old images too, so that an overwritten entry shows', () => {
  expect(table('Audit').Properties).toMatchObject({
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: 'seq', KeyType: 'RANGE' },
    ],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  expect(table('Audit').Properties.TimeToLiveSpecification).toBeUndefined();
});

test('R12 the index of waiting tasks does not copy tokens', () => {
  const [begun, ...others] = table('Waiting').Properties.GlobalSecondaryIndexes;
  expect(others).toEqual([]);
  expect(begun.Projection).toEqual({ ProjectionType: 'INCLUDE', NonKeyAttributes: ['id', 'arn'] });
});

test('only two roles may use the link key, whatever IAM policies say', () => {
  const [key] = Object.values(resources(template, 'AWS::KMS::Key'));
  expect(key?.Properties).toMatchObject({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  const statements: Parsed[] = key?.Properties.KeyPolicy.Statement;
  const administering =
    /^kms:(CreateAlias|(Describe|Enable|List|Put|Update|Revoke|Disable|Get|Delete)\*|(Tag|Untag)Resource|(Schedule|Cancel)KeyDeletion)$/;
  const using = statements.filter(({ Action }) => [Action].flat().some((action) => !administering.test(action)));
  expect(using).toHaveLength(1);
  expect(using[0].Action).toBe('kms:GenerateMac');
  expect(using[0].Principal.AWS.map(written).sort()).toEqual(['<RolesReconciler>', '<RolesReview>']);
  // Nor by a grant, which would need no policy at all.
  const actions = statements.flatMap(({ Action }) => [Action].flat());
  const matching = (action: string) => new RegExp(`^${action.replaceAll('*', '.*')}$`).test('kms:CreateGrant');
  expect(actions.filter(matching)).toEqual([]);
});

test('on the local cloud tables go with their stack', () => {
  const found = Object.values(resources(templateWith(local), 'AWS::DynamoDB::Table'));
  for (const { Properties, DeletionPolicy } of found) {
    expect([Properties.DeletionProtectionEnabled, DeletionPolicy]).toEqual([false, 'Delete']);
  }
});
