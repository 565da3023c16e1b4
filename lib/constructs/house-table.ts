import { AttributeType, BillingMode, type StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Configuration } from '../configuration.ts';
import { lifetime } from './lifetime.ts';

export interface HouseTableProps {
  configuration: Configuration;
  partitionKey: string;
  sortKey?: { name: string; type: AttributeType };
  stream?: StreamViewType;
  timeToLiveAttribute?: string;
}

/**
 * A table that pays per request, can be restored to any second of the last 35 days, and on AWS outlives its stack.
 * Encrypted under AWS's managed key for DynamoDB: its use shows in CloudTrail, it rotates by itself, and no role needs
 * a grant that could be forgotten. A key of our own would add a price and a way to lose every record at once.
 */
export class HouseTable extends Table {
  constructor(scope: Construct, id: string, { configuration, partitionKey, ...rest }: HouseTableProps) {
    const { removalPolicy, protect } = lifetime(configuration);
    super(scope, id, {
      ...rest,
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: protect,
      removalPolicy,
    });
  }
}
