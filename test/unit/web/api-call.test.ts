import { refuse } from '../../../core/refusal.ts';
import { jsonBody, refusalReply, refused } from '../../../lambdas/web/api-call.ts';

describe("a call's body", () => {
  test.each([
    ['as text', '{"title":"Déployer"}', false],
    ['in base64', Buffer.from('{"title":"Déployer"}').toString('base64'), true],
  ])('%s is read', (_, body, isBase64Encoded) => {
    expect(jsonBody({ body, isBase64Encoded })).toEqual({ body: { title: 'Déployer' } });
  });

  test.each([undefined, ''])('of %j is none', (body) => {
    expect(jsonBody({ body, isBase64Encoded: false })).toEqual({ body: undefined });
  });

  test.each(['taskToken=s3cret', '{"taskToken":"s3cret"', "{'taskToken':'s3cret'}"])(
    'R24 %j is refused as not being JSON, and not repeated: it may hold a token',
    (body) => {
      const read = jsonBody({ body, isBase64Encoded: false });
      expect(read).toMatchObject({
        refusal: { code: 'invalid', status: 400, errors: [{ path: '', message: expect.stringContaining('not JSON') }] },
      });
      expect(JSON.stringify(read)).not.toContain('s3cret');
    },
  );
});

test('R9 a body that gives a key twice is refused, naming it', () => {
  const read = jsonBody({ body: '{"payload":{"replicas":1,"replicas":100}}', isBase64Encoded: false });
  expect(read).toMatchObject({
    refusal: { code: 'invalid', errors: [{ path: 'payload.replicas', message: expect.stringContaining('twice') }] },
  });
});

test('every refusal has one shape, whoever notices it: the status is the reply’s', () => {
  const refusal = refuse('four_eyes', 'Somebody else has to.', 'requestedBy');
  const { statusCode, body = '' } = refusalReply(refusal);
  const shape = {
    ...{ code: 'four_eyes', message: 'Somebody else has to.' },
    errors: [{ path: 'requestedBy', message: 'Somebody else has to.' }],
  };
  expect([statusCode, JSON.parse(body)]).toEqual([403, shape]);
  expect(refused(refusal)).toEqual({ status: 403, body: shape });
});
