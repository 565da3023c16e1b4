import { App } from 'aws-cdk-lib';
import { countersign } from '../lib/app.ts';
import { readConfiguration, WrongConfiguration } from '../lib/configuration.ts';
import { policyMistakes } from '../lib/policy-file.ts';

try {
  const app = new App();
  const configuration = readConfiguration((setting) => app.node.tryGetContext(setting), process.env);
  const mistakes = policyMistakes(configuration, process.env.CDK_DEFAULT_ACCOUNT);
  if (mistakes.length > 0) throw new WrongConfiguration(mistakes);
  countersign(app, configuration);
  app.synth();
} catch (error) {
  if (!(error instanceof WrongConfiguration)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
