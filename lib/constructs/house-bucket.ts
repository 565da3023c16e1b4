import { Duration } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type LifecycleRule, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Configuration } from '../configuration.ts';
import { lifetime } from './lifetime.ts';
import { accepted } from './suppressed.ts';

/** A versioned, encrypted, private bucket that takes TLS only and on AWS outlives its stack. */
export class HouseBucket extends Bucket {
  constructor(scope: Construct, id: string, of: { configuration: Configuration; lifecycleRules?: LifecycleRule[] }) {
    super(scope, id, {
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }, ...(of.lifecycleRules ?? [])],
      removalPolicy: lifetime(of.configuration).removalPolicy,
    });
    accepted(this, {
      'AwsSolutions-S1':
        'CloudTrail data events name the role behind each access and are the account owner’s to switch on; server access logs would add a bucket that names nobody.',
    });
  }
}
