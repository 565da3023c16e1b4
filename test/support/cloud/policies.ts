import { readFileSync } from 'node:fs';
import { ROOT } from '../aws.ts';
import { callApi } from './api.ts';

/** The policy that is in force when a test begins, and has to be when it ends. */
export const demoPolicy = readFileSync('policy/demo.yaml', 'utf8');

/** Publishes a policy as an operator does, through the API; returns its version. */
export async function publish(text: string): Promise<string> {
  const { status, body } = await callApi('PUT', '/policy', { as: ROOT, body: { text } });
  if (status !== 200) throw new Error(`The policy was not published: ${JSON.stringify(body)}`);
  return body.version;
}
