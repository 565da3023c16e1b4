import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GenerateMacCommand } from '@aws-sdk/client-kms';
import { deriveKeys, type EpochKeys, epochMessage, type Link, mintLink, verifyLink } from '../../../core/link.ts';
import { output, ROOT } from '../aws.ts';
import { callApi } from './api.ts';
import { dynamodb } from './audit.ts';
import { root } from './clients.ts';
import { functionNamed } from './functions.ts';
import { signedCall } from './signed-call.ts';

/** The keys of an epoch, which only the account's root and two roles can have: for links that no honest mail holds. */
export async function linkKeysOf(epoch: number): Promise<EpochKeys> {
  const path = `/2015-03-31/functions/${await functionNamed('Review')}/configuration`;
  const { body } = await signedCall({ service: 'lambda', method: 'GET', path });
  const { Environment } = JSON.parse(body) as { Environment: { Variables: { LINK_KEY_ID: string } } };
  const { Mac } = await root.kms().send(
    new GenerateMacCommand({
      KeyId: Environment.Variables.LINK_KEY_ID,
      MacAlgorithm: 'HMAC_SHA_256',
      Message: epochMessage(epoch),
    }),
  );
  return deriveKeys(epoch, Mac ?? new Uint8Array());
}

/** The token in a link. */
export function tokenOf(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}

/** The link's own address with another token in it. */
export function withToken(token: string): string {
  return `${output('ReviewBaseUrl')}/r/${token}`;
}

/** A link that is as genuine as the given one but for what is changed. */
export async function mintedLike(
  link: string,
  person: string,
  changed: Partial<Omit<Link, 'epoch' | 'person'>> & { person?: string } = {},
): Promise<string> {
  const token = tokenOf(link);
  const keys = await linkKeysOf(Buffer.from(token, 'base64url').readUInt16BE(1));
  const genuine = verifyLink(token, keys);
  if (!genuine) throw new Error('the link is not genuine');
  return withToken(mintLink({ ...genuine, person, ...changed }, keys));
}

/** Turns the link keys as an operator does. */
export async function turnLinkKeys(
  order: { action: 'rotate' } | { action: 'revoke'; epoch: number },
): Promise<{ epoch: number }> {
  const { status, body } = await callApi('POST', '/link-keys', { as: ROOT, body: order });
  if (status !== 200) throw new Error(`The link keys were not turned: ${JSON.stringify(body)}`);
  return { epoch: Number(body.epoch) };
}

/** As if every key had been revoked long ago: what is asked from now on is not among what the sweep mails anew. */
export async function ageRevocations(): Promise<void> {
  const at = { TableName: output('PolicyTableName'), Key: { key: { S: 'pointer' } } };
  const { Item } = await dynamodb().send(new GetItemCommand(at));
  if (!Item?.revoked?.L) throw new Error('No policy is in force.');
  const long = { S: new Date(Date.now() - 3_600_000).toISOString() };
  Item.revoked = { L: Item.revoked.L.map((one) => ({ M: { ...one.M, at: long } })) };
  await dynamodb().send(new PutItemCommand({ TableName: at.TableName, Item }));
}
