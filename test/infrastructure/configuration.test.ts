import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration, settings, WrongConfiguration } from '../../lib/configuration.ts';
import { policyMistakes } from '../../lib/policy-file.ts';

const read = (given: Record<string, unknown>, env: Record<string, string> = {}) =>
  readConfiguration((name) => given[name], env);
const sender = 'approvals@example.com';

function mistakes(given: Record<string, unknown>): readonly string[] {
  try {
    read(given);
  } catch (error) {
    if (error instanceof WrongConfiguration) return error.mistakes;
    throw error;
  }
  return [];
}

test('a sender is all it needs', () => {
  expect(read({ sender })).toEqual({
    sender,
    target: 'aws',
    stackName: 'countersign',
    senderIdentity: 'address',
    enforcedSources: [],
    logRetentionDays: 90,
    traceSampling: 0.05,
    asksPerHour: 12,
  });
});

test('settings come from the environment too, and context comes first', () => {
  const env = { COUNTERSIGN_SENDER: 'env@example.com', COUNTERSIGN_LOG_RETENTION_DAYS: '30' };
  expect(read({ sender }, env)).toMatchObject({ sender, logRetentionDays: 30 });
});

test('lists can be given as JSON on the command line', () => {
  const role = 'arn:aws:iam::111122223333:role/shop';
  const enforcedSources = [{ source: 'events:shop', roles: [role] }];
  expect(read({ sender, enforcedSources: JSON.stringify(enforcedSources) })).toMatchObject({ enforcedSources });
});

const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/1';
const roles = ['arn:aws:iam::111122223333:role/shop'];
test.each<[string, Record<string, unknown>, string]>([
  ['no sender', {}, '`sender`: is needed'],
  ['a sender that is no address', { sender: 'foo' }, '`sender`: is `foo`, which is no mail address'],
  ['a target that does not exist', { sender, target: 'gcp' }, '`target`: is `aws` or `local`'],
  [
    'a retention CloudWatch does not know',
    { sender, logRetentionDays: 31 },
    '`logRetentionDays`: is a number of days CloudWatch',
  ],
  ['no mail at all', { sender, asksPerHour: 0 }, '`asksPerHour`: is a number of mails, from 1 to 1000'],
  ['a share above one', { sender, traceSampling: 5 }, '`traceSampling`: is a share'],
  ['a base URL with a path', { sender, reviewBaseUrl: 'https://a.example/b/' }, '`reviewBaseUrl`: is an origin'],
  ['http on AWS', { sender, reviewBaseUrl: 'http://a.example' }, '`reviewBaseUrl` must be https'],
  ['no base URL locally', { sender, target: 'local' }, '`reviewBaseUrl` is needed'],
  ['a domain without its certificate', { sender, domainName: 'a.example.com' }, '`domainName` needs `certificateArn`'],
  ['a certificate without a domain', { sender, certificateArn }, '`certificateArn` is of no use'],
  [
    'two origins',
    { sender, domainName: 'a.example.com', certificateArn, reviewBaseUrl: 'https://b.example' },
    '`domainName` and `reviewBaseUrl`',
  ],
  ['a stack name in capitals', { sender, stackName: 'Mine' }, '`stackName`'],
  ['sources that are no list', { sender, enforcedSources: 'shop' }, '`enforcedSources`: is a JSON list'],
  ['a source of no kind', { sender, enforcedSources: [{ source: 'shop', roles }] }, '(at 0.source)'],
  [
    'a source that is ours',
    { sender, enforcedSources: [{ source: 'events:countersign', roles }] },
    '`aws.…` and `countersign` are taken',
  ],
  ['a source without roles', { sender, enforcedSources: [{ source: 'events:shop', roles: [] }] }, 'at least one role'],
  [
    'a source twice',
    {
      sender,
      enforcedSources: [
        { source: 'events:shop', roles },
        { source: 'events:shop', roles },
      ],
    },
    'names a source twice',
  ],
  [
    'a machine called anything',
    { sender, enforcedSources: [{ source: 'states:shop', roles }] },
    '`states:countersign-approval-…`',
  ],
])('%s is refused in a sentence that names the setting', (_, given, said) => {
  const all = mistakes(given);
  expect(all).toHaveLength(1);
  expect(all[0]).toContain(said);
});

test('all mistakes are named at once', () => {
  expect(mistakes({ target: 'gcp', traceSampling: -1 })).toHaveLength(3);
});

test.each(Object.entries(settings))('the setting %s is documented, with its variable', (name, variable) => {
  const docs = readFileSync(`${__dirname}/../../docs/configuration.md`, 'utf8');
  expect(docs).toContain(`\`${name}\``);
  expect(docs).toContain(`\`${variable}\``);
});

describe('the policy file', () => {
  const example = (policyPath: string, account?: string) => policyMistakes(read({ sender, policyPath }), account);

  test('that is not there is a sentence', () => {
    expect(example('/no/such/policy.yaml')).toEqual([expect.stringContaining('`policyPath`: there is no file')]);
  });

  test('that is wrong says where, before anything is deployed', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'policy-')), 'policy.yaml');
    writeFileSync(file, 'directory: 5\n');
    const [first] = example(file);
    expect(first).toMatch(/^`policyPath`: .*policy\.yaml:1:\d+/);
  });

  test('where none is configured is no mistake', () => {
    expect(policyMistakes(read({ sender }), undefined)).toEqual([]);
  });
});
