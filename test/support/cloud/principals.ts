import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { root } from './clients.ts';
import { type Credentials, signedCall } from './signed-call.ts';

export interface Statement {
  Effect?: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: string | string[];
}

const ACCOUNT = '000000000000';

/** One call of IAM; throws what IAM says, other than that something is there already. */
export async function iam(action: string, parameters: Record<string, string>): Promise<string> {
  const { status, body: text } = await signedCall({
    service: 'iam',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }).toString(),
  });
  if (status >= 400 && !text.includes('EntityAlreadyExists')) throw new Error(`IAM ${action}: ${text}`);
  return text;
}

/** Makes a role that may do this and nothing else, for the account or a service of AWS's; returns its ARN. */
export async function aRole(name: string, statements: Statement[], trusts?: string): Promise<string> {
  const Principal = trusts ? { Service: trusts } : { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] };
  await iam('CreateRole', { RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) });
  await putRolePolicy(name, 'test', statements);
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

export async function putRolePolicy(role: string, policy: string, statements: Statement[]): Promise<void> {
  const Statement = statements.map((statement) => ({ Effect: 'Allow', ...statement }));
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam('PutRolePolicy', { RoleName: role, PolicyName: policy, PolicyDocument });
}

export async function deleteRolePolicy(role: string, policy: string): Promise<void> {
  await iam('DeleteRolePolicy', { RoleName: role, PolicyName: policy });
}

/** The name of one of the stack's roles, by its construct's id: `Review`, `Reconciler`, ... */
export async function stackRole(id: string): Promise<string> {
  const text = await iam('ListRoles', { MaxItems: '1000' });
  const names = [...text.matchAll(/<RoleName>([^<]*)<\/RoleName>/g)].map(([, name = '']) => name);
  const found = names.find((name) => name.startsWith(`countersign-Roles${id}`));
  if (!found) throw new Error(`The stack has no role ${id}; there are ${names.join(', ')}`);
  return found;
}

/** Credentials of a role, in a session of that name. */
export async function assume(role: string, session = 'test'): Promise<Credentials> {
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${role}`;
  const { Credentials: got } = await root.sts().send(new AssumeRoleCommand({ RoleArn, RoleSessionName: session }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = got ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
