import type { EnvironmentOf } from '../../handlers/environment.ts';
import type { PolicyPublisher, Services } from '../../services.ts';
import { dynamodb, s3 } from '../clients.ts';
import { policyPublisher } from '../policy-publishing.ts';
import { processServices } from '../process.ts';

export type PublishingServices = Pick<Services, 'clock' | 'ids' | 'metrics'> & { publisher: PolicyPublisher };

/** What publishing a policy and rotating link keys take. */
export function publishingServices(env: EnvironmentOf<'publish-policy'>): PublishingServices {
  return {
    ...processServices(),
    publisher: policyPublisher(dynamodb(), env.POLICY_TABLE, { client: s3(), bucket: env.POLICY_BUCKET }),
  };
}
