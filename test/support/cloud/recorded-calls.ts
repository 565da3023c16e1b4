import { signedCall } from './signed-call.ts';

/**
 * How many calls of that name AWS was asked by anybody since a moment (milliseconds), as the local cloud's CloudTrail
 * has recorded them; fifty at most.
 */
export async function callsSince(since: number, eventName: string): Promise<number> {
  const target = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents';
  const { body } = await signedCall({
    service: 'cloudtrail',
    headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: eventName }],
      StartTime: since / 1000,
      MaxResults: 50,
    }),
  });
  return (JSON.parse(body) as { Events: unknown[] }).Events.length;
}
