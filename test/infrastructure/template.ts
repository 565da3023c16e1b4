import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { countersign } from '../../lib/app.ts';
import { readConfiguration } from '../../lib/configuration.ts';
import { CountersignStack } from '../../lib/countersign-stack.ts';

const cdk = JSON.parse(readFileSync(`${__dirname}/../../cdk.json`, 'utf8'));
const basic: Record<string, unknown> = { sender: 'approvals@example.com' };
export const local = { target: 'local', reviewBaseUrl: 'http://localhost:8080' };

const configured = (settings: Record<string, unknown>) => {
  const given: Record<string, unknown> = { ...basic, ...settings };
  return readConfiguration((name) => given[name], {});
};
/** No function is bundled: what is in them is no part of a template. */
const bare = () => new App({ context: { ...cdk.context, 'aws:cdk:bundling-stacks': [] } });

/** The app with these settings, checked by cdk-nag. */
export function appWith(settings: Record<string, unknown>) {
  const app = bare();
  return { app, stack: countersign(app, configured(settings)) };
}

const made = new Map<string, Template>();

/** The stack's template with these settings. */
export function templateWith(settings: Record<string, unknown> = {}): Template {
  const key = JSON.stringify(settings);
  const template =
    made.get(key) ?? Template.fromStack(new CountersignStack(bare(), 'countersign', configured(settings)));
  made.set(key, template);
  return template;
}

/** Whatever JSON holds: a test says what it should be. */
export type Parsed = ReturnType<typeof JSON.parse>;
type Properties = Record<string, Parsed>;

/** Properties of every resource of a type, by logical id. */
export function resources(template: Template, type: string): Record<string, { Properties: Properties } & Properties> {
  return template.findResources(type) as Record<string, { Properties: Properties } & Properties>;
}

/** A value of a template as one text: `<LogicalId.Arn>/index/open`; hashes of logical ids are left out. */
export function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[key, of] = ['', undefined]] = Object.entries(value);
  const bare = (text: unknown) => String(text).replace(/[0-9A-F]{8}$/, '');
  if (key === 'Ref') return String(of).startsWith('AWS::') ? '' : `<${bare(of)}>`;
  if (key === 'Fn::GetAtt' && Array.isArray(of))
    return of[1] === 'Arn' ? `<${bare(of[0])}>` : `<${bare(of[0])}.${of[1]}>`;
  if (key === 'Fn::Join' && Array.isArray(of)) return (of[1] as unknown[]).map(written).join('');
  return JSON.stringify(value);
}

/** What a role may do, one line per action and resource, sorted; conditions in brackets. */
export function grantsOf(template: Template, role: string): string[] {
  const policies = Object.values(resources(template, 'AWS::IAM::Policy')).filter(({ Properties }) =>
    Properties.Roles.some((ref: unknown) => written(ref) === `<${role}>`),
  );
  const lines = policies.flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.flatMap((statement: Properties) =>
      [statement.Action].flat().flatMap((action: string) =>
        [statement.Resource].flat().map((resource: unknown) => {
          const when = statement.Condition ? ` [${Object.keys(statement.Condition).join(', ')}]` : '';
          return `${statement.Effect === 'Allow' ? '' : 'DENY '}${action} ${written(resource)}${when}`;
        }),
      ),
    ),
  );
  return [...new Set(lines)].sort();
}
