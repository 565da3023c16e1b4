import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import type { Check } from './check.ts';

/** Does anybody get the alarms? */
export async function alarmChecks(sns: SNSClient, topicArn: string): Promise<Check[]> {
  const about = 'alarms';
  let confirmed = 0;
  const pending: string[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topicArn }))
    for (const { SubscriptionArn, Endpoint = 'somebody' } of Subscriptions)
      if (SubscriptionArn?.startsWith('arn:')) confirmed++;
      else pending.push(Endpoint);
  const unconfirmed: Check[] = pending.map((endpoint) => ({
    level: confirmed > 0 ? 'warn' : 'fail',
    about,
    found: `${endpoint} has not confirmed`,
    todo: "Follow the link in AWS's mail to that address.",
  }));
  if (confirmed > 0)
    return [
      { level: 'ok', about, found: `${confirmed} recipient${confirmed === 1 ? '' : 's'} confirmed` },
      ...unconfirmed,
    ];
  if (unconfirmed.length > 0) return unconfirmed;
  return [
    {
      level: 'fail',
      about,
      found: 'nobody gets them',
      todo: `Deploy with the setting alarmAddress, or subscribe somebody to ${topicArn}.`,
    },
  ];
}
