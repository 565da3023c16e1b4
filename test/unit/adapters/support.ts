import type { Entry } from '../../../core/entry.ts';

export const ID = 'abcdefghijklmnopqrstuvwxyz234567';
export const ARN = 'arn:aws:states:us-east-1:000000000000:execution:shop:run-1';
/** As long as AWS's longest. */
export const TOKEN = `AQCEAAAAKgAAAAMAAAAA${'tokenTOKEN0123456789'.repeat(101)}x`.padEnd(2048, 'z');

export const entry = (more: Partial<Extract<Entry, { type: 'commented' }>> = {}): Entry => ({
  id: ID,
  source: 'events:demo.shop@000000000000',
  requestId: 'deploy-42',
  seq: 2,
  at: '2026-11-21T10:00:01.000Z',
  prev: 'f'.repeat(64),
  commandId: 'page:nonce-1',
  type: 'commented',
  round: 1,
  stage: 0,
  person: 'bob',
  by: 'bob@example.com',
  comment: 'looks fine',
  linkKey: '1',
  ...more,
});

export const meta = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

/** Everything an error would show in a log. */
export async function shownBy(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    const e = error as Error & { cause?: unknown };
    return [e.name, e.message, e.stack, JSON.stringify(e), String(e.cause)].join('\n');
  }
  throw new Error('it did not throw');
}
