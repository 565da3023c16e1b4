import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface HouseAlarmProps {
  topic: ITopic;
  metric: IMetric;
  /** What people lose while it rings, in a sentence. */
  lost: string;
  /** Anchor of its entry in docs/runbook.md. */
  runbook: string;
  /** Rings at this value and above. Default 1. */
  threshold?: number;
  /** Rings below the threshold instead, and where there is no value at all. */
  below?: boolean;
  /** How many periods in a row. Default 1. */
  periods?: number;
}

/** An alarm that says what people lose and where the runbook says what to do. */
export class HouseAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: HouseAlarmProps) {
    super(scope, id, {
      metric: props.metric,
      alarmDescription: `${props.lost} What to do: docs/runbook.md#${props.runbook}`,
      threshold: props.threshold ?? 1,
      evaluationPeriods: props.periods ?? 1,
      comparisonOperator: props.below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: props.below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    const action = new SnsAction(props.topic);
    this.addAlarmAction(action);
    this.addOkAction(action);
  }
}
