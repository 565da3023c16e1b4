import { createHash } from 'node:crypto';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { epochMessage } from '../../../core/link.ts';
import { macFromKms } from '../../../lambdas/adapters/kms-mac.ts';
import { kmsLinkKeys } from '../../../lambdas/adapters/link-keys.ts';
import { readFromS3, urlOf } from '../../../lambdas/adapters/s3-reading.ts';
import { writeToS3 } from '../../../lambdas/adapters/s3-writing.ts';
import { shownBy } from './support.ts';

/** What AWS answers, one reply per call; the last again and again. */
function scripted(...replies: (Response | Error)[]): Request[] {
  const asked: Request[] = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (request) => {
    asked.push(request as Request);
    const reply = replies[Math.min(asked.length, replies.length) - 1];
    if (reply instanceof Response) return reply.clone();
    throw reply;
  });
  return asked;
}

async function whatIsAsked(ask: () => Promise<unknown>): Promise<Request[]> {
  const asked = scripted(new Response('{}'));
  // What comes of it does not matter here.
  await ask().catch(() => undefined);
  return asked;
}

const kept = { ...process.env };
beforeEach(() => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE';
  process.env.AWS_SECRET_ACCESS_KEY = 'secret-of-tests';
  process.env.AWS_REGION = 'eu-west-1';
  delete process.env.AWS_ENDPOINT_URL;
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...kept };
});

const place = { bucket: 'payloads-1', key: "incoming/events:demo@1/it's + ü.json", versionId: 'v/1+=' };

test('on AWS an object is asked of its bucket’s own host, of a local cloud by path; names are encoded', () => {
  const name = "incoming/events%3Ademo%401/it's%20%2B%20%C3%BC.json?versionId=v%2F1%2B%3D";
  expect(urlOf(place)).toBe(`https://payloads-1.s3.eu-west-1.amazonaws.com/${name}`);
  expect(urlOf(place, { AWS_ENDPOINT_URL: 'https://127.0.0.1:4566/' })).toBe(
    `https://127.0.0.1:4566/payloads-1/${name}`,
  );
});

test('an object is read with a signature, byte for byte', async () => {
  const asked = scripted(new Response('\uFEFF{"ü":1}'));
  await expect(readFromS3({ bucket: 'b', key: 'k' })).resolves.toBe('\uFEFF{"ü":1}');
  expect(asked[0]?.headers.get('authorization')).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/.*\/s3\/aws4_request/,
  );
});

test.each([
  ['S3', 's3', () => readFromS3(place)],
  ['S3, to write', 's3', () => writeToS3(place, '{"ü":1}')],
  ['KMS', 'kms', () => macFromKms('key-1', epochMessage(3))],
])('what %s is asked is signed as the SDK signs it, odd names, token of the role and all', async (_, service, ask) => {
  process.env.AWS_SESSION_TOKEN = 'token-of-the-role';
  const [asked = new Request('http://nobody')] = await whatIsAsked(ask);
  const body = await asked.clone().text();
  const headers = Object.fromEntries(asked.headers);
  const { authorization, 'x-amz-date': datetime = '', ...rest } = headers;
  expect(rest['x-amz-security-token']).toBe('token-of-the-role');
  expect(rest['x-amz-content-sha256']).toBe(createHash('sha256').update(body).digest('hex'));
  const url = new URL(asked.url);
  const sdk = new SignatureV4({
    ...{ service, region: 'eu-west-1', sha256: Sha256, uriEscapePath: false },
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-of-tests', sessionToken: 'token-of-the-role' },
  });
  const [, year, month, day, hour, minute, second] = /(....)(..)(..)T(..)(..)(..)Z/.exec(datetime) ?? [];
  const again = await sdk.sign(
    {
      ...{ method: asked.method, protocol: url.protocol, hostname: url.hostname, headers: { ...rest, host: url.host } },
      path: url.pathname.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
      query: Object.fromEntries(url.searchParams),
      ...(body === '' ? {} : { body }),
    },
    { signingDate: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) },
  );
  expect(authorization).toBe(again.headers.authorization);
});

test('R14 server errors, throttling and broken connections are tried again, and then a fault', async () => {
  scripted(new Response('', { status: 503 }), new TypeError('fetch failed'), new Response('text'));
  await expect(readFromS3({ bucket: 'b', key: 'k' })).resolves.toBe('text');
  const asked = scripted(new Response('', { status: 500 }));
  await expect(readFromS3({ bucket: 'b', key: 'k' })).rejects.toThrow('could not be read (HTTP 500)');
  expect(asked).toHaveLength(3);
});

test('an object that is missing, forbidden or not text is a fault at once', async () => {
  for (const status of [403, 404]) {
    const asked = scripted(new Response('<Error/>', { status }));
    await expect(readFromS3({ bucket: 'b', key: 'k' })).rejects.toThrow(`HTTP ${status}`);
    expect(asked).toHaveLength(1);
  }
  scripted(new Response(Uint8Array.from([0xff, 0xfe])));
  await expect(readFromS3({ bucket: 'b', key: 'k' })).rejects.toThrow();
});

const secret = Buffer.alloc(32, 7);
const made = () => new Response(JSON.stringify({ KeyId: 'k', Mac: secret.toString('base64') }));

test('a link key is KMS’s MAC over its epoch’s name', async () => {
  const asked = scripted(made());
  await expect(macFromKms('key-1', epochMessage(3))).resolves.toEqual(new Uint8Array(secret));
  expect(asked[0]?.url).toBe('https://kms.eu-west-1.amazonaws.com/');
  expect(asked[0]?.headers.get('x-amz-target')).toBe('TrentService.GenerateMac');
  expect(asked[0]?.headers.get('authorization')).toContain('/kms/aws4_request');
  await expect(asked[0]?.json()).resolves.toEqual({
    KeyId: 'key-1',
    MacAlgorithm: 'HMAC_SHA_256',
    Message: Buffer.from('countersign link key, epoch 3').toString('base64'),
  });
});

test('R14 throttling by KMS is tried again; a refusal is a fault that names it', async () => {
  const throttled = new Response(JSON.stringify({ __type: 'ThrottlingException' }), { status: 400 });
  scripted(throttled, made());
  await expect(macFromKms('key-1', epochMessage(1))).resolves.toHaveLength(32);
  const asked = scripted(new Response(JSON.stringify({ __type: 'DisabledException' }), { status: 400 }));
  await expect(macFromKms('key-1', epochMessage(1))).rejects.toThrow('KMS made no MAC (DisabledException)');
  expect(asked).toHaveLength(1);
});

test('an answer of KMS that makes no sense is a fault that shows nothing of it', async () => {
  scripted(new Response(JSON.stringify({ Mack: secret.toString('base64') })));
  expect(await shownBy(macFromKms('key-1', epochMessage(1)))).not.toContain(secret.toString('base64').slice(0, 12));
});

test('keys of an epoch are derived once per process, however many ask, and a failure is not remembered', async () => {
  const asked: string[] = [];
  const keys = kmsLinkKeys(async (keyId, message) => {
    asked.push(`${keyId} ${Buffer.from(message)}`);
    if (asked.length === 1) throw new Error('KMS did not answer');
    return new Uint8Array(32).fill(message.at(-1) ?? 0);
  }, 'key-1');
  expect(keys.known(1)).toBeUndefined();
  await expect(keys.of(1)).rejects.toThrow('did not answer');
  const [one, same] = await Promise.all([keys.of(1), keys.of(1)]);
  expect(one).toBe(same);
  expect(keys.known(1)).toBe(one);
  await keys.of(2);
  expect(asked.map((call) => call.at(-1))).toEqual(['1', '1', '2']);
  expect(keys.known(2)?.link).not.toEqual(one.link);
});

test('a MAC of another length is never a key', async () => {
  const keys = kmsLinkKeys(async () => new Uint8Array(16), 'key-1');
  await expect(keys.of(1)).rejects.toThrow('gave no key');
});

test('an object is written as JSON, and the version it became is known', async () => {
  const asked = scripted(new Response('', { headers: { 'x-amz-version-id': 'v7' } }));
  await expect(writeToS3({ bucket: 'b', key: 'k' }, '{"ü":1}')).resolves.toBe('v7');
  expect(asked[0]?.method).toBe('PUT');
  expect(asked[0]?.headers.get('content-type')).toBe('application/json');
  await expect(asked[0]?.text()).resolves.toBe('{"ü":1}');
});

test.each([
  ['the bucket keeps no versions', new Response('', { headers: { 'x-amz-version-id': 'null' } }), 'keeps no versions'],
  ['S3 names none', new Response(''), 'keeps no versions'],
  ['it is refused', new Response('', { status: 403 }), 'could not be written (HTTP 403)'],
])('an object is not written where %s', async (_, reply, why) => {
  scripted(reply);
  await expect(writeToS3({ bucket: 'b', key: 'k' }, '{}')).rejects.toThrow(why);
});
