import { existsSync } from 'node:fs';
import { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Architecture, type IDestination, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { type EnvironmentOf, environmentOf, type HandlerName } from '../../lambdas/handlers/environment.ts';
import type { Configuration } from '../configuration.ts';
import { bundling, root } from './bundling.ts';
import { HouseLogGroup } from './house-log-group.ts';
import { acceptedWildcard } from './suppressed.ts';

export interface HouseFunctionProps<N extends HandlerName> {
  configuration: Configuration;
  /** File in lambdas/handlers, without its extension. */
  handler: N;
  description: string;
  /** The function's own or a shared role; what it may do is said in lib/access.ts. */
  role: IRole;
  /** What the handler's schema asks for. */
  environment: Record<keyof EnvironmentOf<N>, string>;
  timeout: Duration;
  /** MB; CPU grows with it. */
  memorySize?: number;
  /** Only where something must know the name before the function is there. */
  functionName?: string;
  /** Where events go that an asynchronous invocation gave up on. */
  onFailure?: IDestination;
}

/** One of our functions: bundled small, logging JSON into a group of its own, traced, with the environment its schema names. */
export class HouseFunction<N extends HandlerName = HandlerName> extends NodejsFunction {
  constructor(scope: Construct, id: string, props: HouseFunctionProps<N>) {
    const { configuration, handler, environment, onFailure, functionName } = props;
    const entry = `${root}lambdas/handlers/${handler}.ts`;
    if (!existsSync(entry)) throw new Error(`There is no handler ${entry}`);
    environmentOf(handler, { ...environment });
    const logGroup = new HouseLogGroup(scope, `${id}Logs`, configuration);
    super(scope, id, {
      ...(functionName === undefined ? {} : { functionName }),
      ...(onFailure === undefined ? {} : { onFailure, retryAttempts: 2, maxEventAge: Duration.hours(6) }),
      description: props.description,
      role: props.role,
      entry,
      environment: { ...environment },
      timeout: props.timeout,
      memorySize: props.memorySize ?? 256,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      projectRoot: root,
      depsLockFilePath: `${root}package-lock.json`,
      bundling: {
        format: { cjs: OutputFormat.CJS }[bundling.format],
        target: bundling.target,
        mainFields: bundling.mainFields,
        minify: bundling.minify,
        // Lambda's own copy of the SDK starts slower than what is left of it after tree shaking, and changes under our feet.
        bundleAwsSDK: true,
        esbuildArgs: {
          ...Object.fromEntries(Object.entries(bundling.alias).map(([from, to]) => [`--alias:${from}`, to])),
          '--log-level': 'warning',
          '--legal-comments': bundling.legalComments,
        },
      },
    });
    logGroup.grantWrite(props.role);
    acceptedWildcard(props.role, '*', 'X-Ray takes no resource in its policies.');
  }
}
