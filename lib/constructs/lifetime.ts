import { RemovalPolicy } from 'aws-cdk-lib';
import type { Configuration } from '../configuration.ts';

/** What becomes of records when their stack goes: on AWS they stay, on the local cloud they are for playing. */
export function lifetime({ target }: Configuration): { removalPolicy: RemovalPolicy; protect: boolean } {
  const protect = target === 'aws';
  return { removalPolicy: protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY, protect };
}
