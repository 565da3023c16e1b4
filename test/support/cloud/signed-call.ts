import { AwsV4Signer } from 'aws4fetch';
import { cloudState, ROOT } from '../aws.ts';
import { localFetch, type Reply } from './local-fetch.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface SignedCall {
  service: string;
  method?: string;
  /** With query; on the cloud's endpoint. */
  path?: string;
  headers?: Record<string, string>;
  body?: string;
  /** The root's unless others are given. */
  credentials?: Credentials;
}

/** One call to AWS as it goes over the wire: for services whose SDK client is no dependency of ours. */
export async function signedCall(call: SignedCall): Promise<Reply> {
  const { endpoint, region } = cloudState();
  const { service, method = 'POST', path = '/', headers = {}, body, credentials = ROOT } = call;
  const url = endpoint + path;
  const content = body !== undefined && { body };
  const signed = await new AwsV4Signer({ method, url, headers, ...content, ...credentials, service, region }).sign();
  return await localFetch(url, { method, headers: Object.fromEntries(signed.headers), ...content });
}
