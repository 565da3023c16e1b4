import { ask, bob, ending } from '../../support/cloud/ask.ts';
import { entriesOf } from '../../support/cloud/audit.ts';
import { decide, open } from '../../support/cloud/by-http.ts';
import { tokenOf, withToken } from '../../support/cloud/link-keys.ts';
import { untilQuiet } from '../../support/cloud/log.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';
import { callsSince } from '../../support/cloud/recorded-calls.ts';

test('R41 a thousand bad links spend no AWS call and keep nobody from deciding', async () => {
  const asked = await ask();
  const link = await linkFor(asked.id, bob);
  await open(link);
  // Every process of the function has its key now; a new one asks KMS for it once.
  await Promise.all(Array.from({ length: 30 }, () => open(link)));
  await untilQuiet(asked.id);
  const start = Date.now();
  const bytes = Buffer.from(tokenOf(link), 'base64url');
  const bad = Array.from({ length: 1000 }, (_, i) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt32BE(i, 50);
    return withToken(copy.toString('base64url'));
  });

  const statuses = new Set<number>();
  const flood = Promise.all(
    Array.from({ length: 25 }, async () => {
      for (let next = bad.pop(); next; next = bad.pop()) statuses.add((await open(next)).status);
    }),
  );
  const told = await decide(link, 'approve');
  await flood;

  expect(statuses).toEqual(new Set([404]));
  expect(told.status).toBe(200);
  expect((await ending(asked)).status).toBe('SUCCEEDED');
  // The person's own page and vote read once each; only what reads a link's request asks for the policy so.
  expect(await callsSince(start, 'BatchGetItem')).toBe(2);
  expect(await callsSince(start, 'GenerateMac')).toBe(0);
  expect((await entriesOf(asked.id)).filter(({ type }) => type === 'attempt_refused')).toEqual([]);
});
