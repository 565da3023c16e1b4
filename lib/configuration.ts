import * as z from 'zod';
import { limits } from '../core/limits.ts';

/** What `cdk deploy` can be told, each from CDK context or from the environment. See docs/configuration.md. */
export const settings = {
  sender: 'COUNTERSIGN_SENDER',
  target: 'COUNTERSIGN_TARGET',
  stackName: 'COUNTERSIGN_STACK_NAME',
  reviewBaseUrl: 'COUNTERSIGN_REVIEW_BASE_URL',
  domainName: 'COUNTERSIGN_DOMAIN_NAME',
  certificateArn: 'COUNTERSIGN_CERTIFICATE_ARN',
  hostedZoneId: 'COUNTERSIGN_HOSTED_ZONE_ID',
  policyPath: 'COUNTERSIGN_POLICY_PATH',
  alarmAddress: 'COUNTERSIGN_ALARM_ADDRESS',
  senderIdentity: 'COUNTERSIGN_SENDER_IDENTITY',
  enforcedSources: 'COUNTERSIGN_ENFORCED_SOURCES',
  logRetentionDays: 'COUNTERSIGN_LOG_RETENTION_DAYS',
  traceSampling: 'COUNTERSIGN_TRACE_SAMPLING',
  asksPerHour: 'COUNTERSIGN_ASKS_PER_HOUR',
} as const;
export type Setting = keyof typeof settings;

/** The days CloudWatch Logs can keep a log for. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const EnforcedSource = z.strictObject(
  {
    source: z
      .string('each entry needs a `source`')
      .regex(
        /^(events|states):[A-Za-z0-9._/-]{1,80}$/,
        'a `source` is `events:` and an event source, or `states:` and the name of a state machine to be made',
      )
      .refine((source) => !/^events:(aws\.|countersign$)/.test(source), '`aws.…` and `countersign` are taken'),
    roles: z
      .array(z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, '`roles` are ARNs of IAM roles'))
      .min(1, 'each entry needs at least one role in `roles`'),
  },
  'each entry is an object with `source` and `roles`',
);
export type EnforcedSource = z.infer<typeof EnforcedSource>;

const Settings = z.object({
  sender: z.email({
    error: ({ input }) =>
      input === undefined
        ? 'is needed: the mail address that requests are sent from, e.g. approvals@example.com'
        : `is \`${input}\`, which is no mail address; requests are sent from one such as approvals@example.com`,
  }),
  target: z.enum(['aws', 'local'], 'is `aws` or `local`').default('aws'),
  stackName: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'is lower-case letters, digits and hyphens, a letter first, at most 31')
    .default('countersign'),
  reviewBaseUrl: z
    .string()
    .refine(isOrigin, 'is an origin such as https://approvals.example.com, without a path or a trailing slash')
    .optional(),
  domainName: z
    .string()
    .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'is a host name such as approvals.example.com')
    .optional(),
  certificateArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/.+$/, 'is the ARN of an ACM certificate')
    .optional(),
  hostedZoneId: z
    .string()
    .regex(/^Z[A-Z0-9]{1,31}$/, "is a Route 53 hosted zone's id such as Z0123456789ABC")
    .optional(),
  policyPath: z.string().min(1, 'is the path of a policy file').optional(),
  alarmAddress: z.email('is the mail address that alarms go to').optional(),
  senderIdentity: z.enum(['address', 'domain', 'existing'], 'is `address`, `domain` or `existing`').default('address'),
  enforcedSources: z
    .preprocess(parsedIfText, z.array(EnforcedSource, 'is a JSON list of { source, roles }'))
    .default([]),
  logRetentionDays: z.coerce
    .number('is a number of days')
    .refine((days) => retentions.includes(days), `is a number of days CloudWatch Logs knows: ${retentions.join(', ')}`)
    .default(90),
  traceSampling: z.coerce
    .number('is a share of requests, from 0 to 1')
    .refine((share) => share >= 0 && share <= 1, 'is a share of requests, from 0 to 1')
    .default(0.05),
  asksPerHour: z.coerce
    .number('is a number of mails')
    .refine((mails) => Number.isInteger(mails) && mails >= 1 && mails <= 1000, 'is a number of mails, from 1 to 1000')
    .default(limits.asksPerHour),
});

export type Configuration = z.infer<typeof Settings>;

/** Every mistake in the settings, one sentence each. */
export class WrongConfiguration extends Error {
  override readonly name = 'WrongConfiguration';
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(`Countersign cannot be deployed with these settings (docs/configuration.md):\n  ${mistakes.join('\n  ')}`);
    this.mistakes = mistakes;
  }
}

/**
 * The configuration from CDK context (first) and the environment. `context` answers undefined for what is not set.
 * Throws `WrongConfiguration` naming every setting that is wrong.
 */
export function readConfiguration(
  context: (setting: string) => unknown,
  environment: Record<string, string | undefined>,
): Configuration {
  const given = Object.entries(settings).map(([name, variable]) => [name, context(name) ?? environment[variable]]);
  const read = Settings.safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== '')));
  if (!read.success) throw new WrongConfiguration(read.error.issues.map(sentence));
  const mistakes = contradictions(read.data);
  if (mistakes.length > 0) throw new WrongConfiguration(mistakes);
  return read.data;
}

function contradictions(of: Configuration): string[] {
  const names = of.enforcedSources.map(({ source }) => source);
  const machines = names.filter((name) => name.startsWith('states:'));
  const wrong: [boolean, string][] = [
    [of.target === 'local' && !of.reviewBaseUrl, '`reviewBaseUrl` is needed where `target` is `local`.'],
    [
      of.target === 'aws' && of.reviewBaseUrl?.startsWith('http:') === true,
      '`reviewBaseUrl` must be https unless `target` is `local`: a link is a credential.',
    ],
    [
      of.domainName !== undefined && of.reviewBaseUrl !== undefined,
      '`domainName` and `reviewBaseUrl` both say where the review pages are: set one of them.',
    ],
    [of.domainName !== undefined && !of.certificateArn, '`domainName` needs `certificateArn`.'],
    [of.certificateArn !== undefined && !of.domainName, '`certificateArn` is of no use without `domainName`.'],
    [of.hostedZoneId !== undefined && !of.domainName, '`hostedZoneId` is of no use without `domainName`.'],
    [new Set(names).size < names.length, '`enforcedSources` names a source twice.'],
    [
      machines.some((name) => !name.startsWith(`states:${of.stackName}-approval-`) || name.endsWith('-from-events')),
      `\`enforcedSources\`: a state machine of a source's own is called \`states:${of.stackName}-approval-…\`.`,
    ],
  ];
  return wrong.filter(([is]) => is).map(([, said]) => said);
}

function sentence(issue: z.core.$ZodIssue): string {
  const [setting, ...inside] = issue.path.map(String);
  const where = inside.length > 0 ? ` (at ${inside.join('.')})` : '';
  return `\`${setting}\`${where}: ${issue.message}.`;
}

function parsedIfText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
