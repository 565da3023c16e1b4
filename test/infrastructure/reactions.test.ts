import { readFileSync } from 'node:fs';
import { local, resources, templateWith } from './template.ts';

const template = templateWith();
const reconciling = ['React', 'RetryReactions', 'Deadline', 'Sweep'];

function fn(name: string) {
  const found = Object.entries(resources(template, 'AWS::Lambda::Function')).find(([id]) =>
    new RegExp(`^Functions${name}[0-9A-F]{8}$`).test(id),
  );
  if (!found) throw new Error(`no function ${name}`);
  return found[1].Properties;
}

function retryQueues(settings = {}) {
  return Object.entries(resources(templateWith(settings), 'AWS::SQS::Queue'))
    .filter(([id]) => /^Queues(Resume|Rest)[0-9A-F]{8}$/.test(id))
    .map(([, { Properties }]) => Properties);
}

test('R14 a function that performs reactions lives longer than all of their patience together', () => {
  const source = readFileSync(`${__dirname}/../../lambdas/reactions/reconcile.ts`, 'utf8');
  const [, patience = ''] = /const patience[^{]*\{([^}]*)\}/.exec(source) ?? [];
  const seconds = [...patience.matchAll(/: ([\d_]+)/g)].map(([, ms = '']) => Number(ms.replace('_', '')) / 1000);
  expect(seconds.length).toBeGreaterThanOrEqual(5);
  const together = seconds.reduce((sum, each) => sum + each, 0);
  // Reading the log and saying what failed take time too.
  for (const name of reconciling) expect(fn(name).Timeout).toBeGreaterThanOrEqual(together + 10);
});

test('functions that perform reactions have the memory that makes them quick', () => {
  expect(reconciling.map((name) => fn(name).MemorySize)).toEqual([1024, 1024, 1024, 1024]);
});

test('R14 what failed is tried after some seconds, then within a minute and a half each time, for an hour', () => {
  const queues = retryQueues();
  expect(queues).toHaveLength(2);
  for (const { DelaySeconds, VisibilityTimeout, RedrivePolicy } of queues) {
    expect(DelaySeconds).toBe(20);
    expect(VisibilityTimeout).toBeLessThanOrEqual(90);
    expect(VisibilityTimeout).toBeGreaterThan(fn('RetryReactions').Timeout);
    expect(VisibilityTimeout * RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(3600);
  }
});

test('the local cloud tries again sooner', () => {
  expect(retryQueues(local).map(({ DelaySeconds }) => DelaySeconds)).toEqual([2, 2]);
});
