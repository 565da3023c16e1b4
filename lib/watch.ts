import { Duration, Stack } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { MetricName } from '../lambdas/services.ts';
import type { Configuration } from './configuration.ts';
import { HouseAlarm, type HouseAlarmProps } from './constructs/house-alarm.ts';
import type { HouseFunction } from './constructs/house-function.ts';
import type { Functions } from './functions.ts';
import type { Queues } from './queues.ts';
import type { Web } from './web.ts';

export interface WatchProps {
  configuration: Configuration;
  functions: Functions;
  queues: Queues;
  web: Web;
}

const period = Duration.minutes(5);

/** The alarms. A rejection is none: executions that fail are not watched, what was lost on the way is. */
export class Watch extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { configuration, functions, queues, web }: WatchProps) {
    super(scope, id);
    // Not encrypted: under AWS's own key for SNS CloudWatch could not publish, and a key of ours would have to grant it
    // kms:Decrypt and kms:GenerateDataKey*. Alarms hold no secret.
    this.topic = new Topic(this, 'Alarms', { displayName: 'Countersign alarms', enforceSSL: true });
    // `enforceSSL` is a policy, and any policy takes the place of SNS's own, under which the account's alarms may publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (configuration.alarmAddress) this.topic.addSubscription(new EmailSubscription(configuration.alarmAddress));

    const errors = (of: HouseFunction) => of.metricErrors({ period, statistic: 'Sum' });
    this.alarms({
      ResumeDeadLetters: {
        metric: waitingIn(queues.resume.deadLetters),
        lost: 'Somebody decided, and the work that waits for it has not been told.',
        runbook: 'work-not-told',
      },
      ResumeAge: {
        metric: queues.resume.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
        threshold: 600,
        lost: 'Work that was decided on has been waiting for its answer for ten minutes or more.',
        runbook: 'work-not-told',
      },
      RestDeadLetters: {
        metric: waitingIn(queues.rest.deadLetters),
        lost: 'A mail, a timer, an event or a row of the read model is missing.',
        runbook: 'reactions-given-up',
      },
      StreamDeadLetters: {
        metric: waitingIn(queues.streamDeadLetters),
        lost: 'Entries were recorded and nothing followed: approvers may not have been asked, work not told.',
        runbook: 'stream-given-up',
      },
      EventDeadLetters: {
        metric: waitingIn(queues.eventDeadLetters),
        lost: 'A service asked for an approval, or took a request back, and was not heard.',
        runbook: 'events-not-heard',
      },
      TimerDeadLetters: {
        metric: waitingIn(queues.timerDeadLetters),
        lost: "A request's time came and nothing happened: it may stay open past its deadline.",
        runbook: 'timers-lost',
      },
      ReactErrors: {
        metric: errors(functions.react),
        lost: 'Mails, answers and events come late: the reactions to new entries fail.',
        runbook: 'reactions-failing',
      },
      ReactBehind: {
        metric: functions.react.metric('IteratorAge', { period, statistic: 'Maximum' }),
        threshold: 300_000,
        lost: 'Approvers are asked and work is told minutes late: reactions are behind the log.',
        runbook: 'reactions-failing',
      },
      RetryErrors: {
        metric: errors(functions.retryReactions),
        lost: 'What failed once keeps failing: mails, answers or events are late.',
        runbook: 'reactions-failing',
      },
      DeadlineErrors: {
        metric: errors(functions.deadline),
        lost: 'Requests may stay open past their deadline until the sweep finds them.',
        runbook: 'timers-lost',
      },
      SweepErrors: {
        metric: errors(functions.sweep),
        periods: 2,
        lost: 'What streams, timers and events lose is no longer found.',
        runbook: 'sweep-failing',
      },
      SweepSilent: {
        metric: functions.sweep.metricInvocations({ period, statistic: 'Sum' }),
        below: true,
        periods: 3,
        lost: 'The sweep has not run for a quarter of an hour: what is lost is no longer found.',
        runbook: 'sweep-failing',
      },
      OpeningFaults: {
        metric: errors(functions.openRequest),
        lost: 'Requests cannot be opened, or late: the work that asks waits, or fails with Approval.Refused.',
        runbook: 'openings-failing',
      },
      ServerErrors: {
        metric: web.api.metricServerError({ period, statistic: 'Sum' }),
        threshold: 3,
        lost: 'Approvers meet a page that says to try again, or services an API that fails.',
        runbook: 'pages-failing',
      },
      MailNotSent: {
        metric: counted('MailNotSent'),
        lost: 'Somebody who has to decide was not told.',
        runbook: 'mail-not-sent',
      },
      GateUnreachable: {
        metric: counted('GateUnreachable'),
        lost: 'A request that waits has too few left who may decide it: unless they come back, it expires.',
        runbook: 'gate-unreachable',
      },
      RequestReported: {
        metric: counted('RequestReported'),
        lost: 'An approver says that a request should not be: nobody expects it, or there are far too many.',
        runbook: 'request-reported',
      },
      WorkGone: {
        metric: counted('WorkGone'),
        lost: 'A request was approved and nothing was waiting any more: what was approved did not run.',
        runbook: 'work-gone',
      },
      AnswerUnknown: {
        metric: counted('AnswerUnknown'),
        lost: 'Nobody can say whether work that waited has its answer.',
        runbook: 'answer-unknown',
      },
      EmergencyOverride: {
        metric: counted('BypassUsed', { kind: 'emergency_override' }),
        lost: 'Somebody had work let through by an emergency override: its ordinary approval did not happen.',
        runbook: 'emergency-override-used',
      },
      PolicyGlassBroken: {
        metric: counted('BypassUsed', { kind: 'policy_break_glass' }),
        lost: 'Somebody put a policy in force past the gate that the policy before it had for that.',
        runbook: 'policy-glass-broken',
      },
      PolicyChangeOvertaken: {
        metric: counted('PolicyChangeOvertaken'),
        lost: 'A policy was approved and is not in force: another one came into force meanwhile.',
        runbook: 'policy-not-in-force',
      },
      ReviewOverdue: {
        metric: counted('ReviewOverdue'),
        lost: 'An emergency override has not been reviewed in its time: nobody has looked at what was let through.',
        runbook: 'review-overdue',
      },
      ReviewNotOpened: {
        metric: counted('ReviewNotOpened'),
        lost: 'An emergency override needs a review and the directory has nobody who may do it.',
        runbook: 'review-not-opened',
      },
      AuditTampered: {
        metric: counted('AuditTampered'),
        lost: 'An entry of the audit log was overwritten or deleted: the record no longer proves what it says.',
        runbook: 'audit-log-altered',
      },
    });
  }

  private alarms(of: Record<string, Omit<HouseAlarmProps, 'topic'>>): void {
    for (const [id, props] of Object.entries(of)) new HouseAlarm(this, id, { ...props, topic: this.topic });
  }
}

function waitingIn(queue: Queue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' });
}

function counted(metricName: MetricName, dimensionsMap: Record<string, string> = {}): IMetric {
  return new Metric({ namespace: 'Countersign', metricName, dimensionsMap, period, statistic: 'Sum' });
}
