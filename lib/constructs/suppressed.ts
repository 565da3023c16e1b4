import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts findings of cdk-nag on a construct and what is in it, each with its reason. */
export function accepted(on: IConstruct, findings: Record<string, string>): void {
  for (const [id, reason] of Object.entries(findings)) Validations.of(on).acknowledge({ id, reason });
}

/** Accepts a wildcard in a resource of a role's policies. */
export function acceptedWildcard(role: IConstruct, resource: string, reason: string): void {
  accepted(role, { [`AwsSolutions-IAM5[Resource::${written(Stack.of(role).resolve(resource))}]`]: reason });
}

/** A resolved value as cdk-nag writes it: `<LogicalId.Arn>/prefix/*`. */
function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return `<${value['Fn::GetAtt'].join('.')}>`;
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
    const [by, parts] = value['Fn::Join'];
    return Array.isArray(parts) ? parts.map(written).join(String(by)) : '';
  }
  return JSON.stringify(value);
}
