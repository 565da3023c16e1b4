import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appWith, local } from './template.ts';

const everything = {
  domainName: 'approvals.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1',
  hostedZoneId: 'Z0123456789ABC',
  alarmAddress: 'oncall@example.com',
  enforcedSources: [
    { source: 'events:shop.deploy', roles: ['arn:aws:iam::111122223333:role/shop'] },
    { source: 'states:countersign-approval-payments', roles: ['arn:aws:iam::111122223333:role/shop'] },
  ],
};

test.each([
  ['on AWS', {}],
  ['with every setting', everything],
  ['on the local cloud', local],
])('cdk-nag and CloudFormation’s own rules find nothing that is not accepted with a reason, %s', (_, settings) => {
  const { app, stack } = appWith(settings);
  const { directory } = app.synth();
  const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8'));
  expect(report.pluginReports).toEqual([]);
  const reasons = stack.node.findAll().flatMap(({ node }) => node.metadata.map(({ data }) => data?.reason ?? 'none'));
  expect(reasons.filter((reason) => String(reason).trim() === '')).toEqual([]);
});
