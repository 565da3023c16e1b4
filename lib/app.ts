import { type App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Configuration } from './configuration.ts';
import { CountersignStack } from './countersign-stack.ts';

/** The app: one stack, checked by cdk-nag whenever it is synthesized. */
export function countersign(app: App, configuration: Configuration): CountersignStack {
  const stack = new CountersignStack(app, configuration.stackName, configuration);
  Tags.of(stack).add('application', 'countersign');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return stack;
}
