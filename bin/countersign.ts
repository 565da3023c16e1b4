import { App } from 'aws-cdk-lib';
import { countersign } from '../lib/app.ts';
import { readConfiguration, WrongConfiguration } from '../lib/configuration.ts';

try {
  const app = new App();
  countersign(
    app,
    readConfiguration((setting) => app.node.tryGetContext(setting), process.env),
  );
  app.synth();
} catch (error) {
  if (!(error instanceof WrongConfiguration)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
