import fc from 'fast-check';
import { contentDigestOf, parseAsk } from '../../../../core/intake/ask.ts';
import { parseCancel, parseCancelBody } from '../../../../core/intake/cancel-approval.ts';
import { incomingPrefix } from '../../../../core/intake/payload.ts';
import { editableProblems } from '../../../../core/intake/pointer.ts';

const source = 'events:demo.shop@000000000000';
const options = { requestedByRequired: true, source };
const least = { title: 'Deploy', requestedBy: 'alice@example.com', environment: 'production', payload: { version: 1 } };
const digest = 'a'.repeat(64);

function problemsIn(input: unknown): Record<string, string> {
  const read = parseAsk(input, options);
  return 'code' in read ? Object.fromEntries(read.errors.map(({ path, message }) => [path, message])) : {};
}

describe('an ask', () => {
  test('needs little; a risk that is not stated is high', () => {
    expect(parseAsk(least, options)).toEqual({ ask: { ...least, priority: 'medium', risk: 'high' } });
  });

  test('may say all that the contract lists', () => {
    const full = {
      ...least,
      requestId: 'deploy-42',
      description: 'Two lines\nof text',
      authors: ['dan@example.com'],
      priority: 'high',
      risk: 'low',
      trigger: 'security_related_change',
      facts: { lines_changed: 120, breaking_change: false, 'team.names': ['a', 'b'] },
      payload: { version: '2.1.0', replicas: 4, 'a/b': [{ '~': 1 }] },
      revises: 'deploy-41',
      override: { justification: 'The shop is down.\nEvery minute costs.' },
      editable: ['/replicas', '/a~1b/0/~0'],
      evidence: [{ label: 'Scan', url: 'https://example.com/scan?x=1#y' }],
      taskToken: 'T'.repeat(2048),
    };
    expect(parseAsk(full, options)).toEqual({ ask: full });
  });

  test('keeps out the execution that Step Functions adds', () => {
    const arn = 'arn:aws:states:us-east-1:000000000000:execution:m:e';
    const read = parseAsk({ ...least, AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: arn }, options);
    expect(read).toMatchObject({ callerExecution: arn });
    expect('ask' in read && Object.keys(read.ask)).not.toContain('AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID');
  });

  test('names who asks, unless the caller is verified', () => {
    const { requestedBy: _, ...rest } = least;
    expect(problemsIn(rest)).toEqual({ requestedBy: 'is required' });
    expect(parseAsk(rest, { requestedByRequired: false, source })).toHaveProperty('ask');
  });

  test('keeps its payload as it came, odd keys included', () => {
    const input = JSON.parse('{"a":1,"__proto__":{"b":2},"constructor":3}');
    const read = parseAsk({ ...least, payload: input }, options);
    expect('ask' in read && JSON.stringify(read.ask.payload)).toBe(JSON.stringify(input));
  });

  test('R59 may be about whatever words an answer has', () => {
    const said = { outcome: 'approved', approved: true };
    expect(parseAsk({ ...least, title: 'approved', facts: said, payload: said }, options)).toHaveProperty('ask');
  });
});

describe('R6 letters that could be any are bounded over all addresses of an ask, as they are read', () => {
  const authorsOf = (count: number, make: (i: number) => string) => ({
    authors: Array.from({ length: count }, (_, i) => make(i)),
  });
  const bound = 'must not have more than 128 letters of other scripts in all, requestedBy included';
  const letter = (i: number) => String.fromCodePoint(0x4e00 + i);
  const encoded = new URL(`http://${'\u4e00'.repeat(50)}`).hostname;
  test.each<[string, object, object]>([
    ['sixteen authors of eight', authorsOf(16, (i) => `${letter(i).repeat(8)}${i}@example.com`), {}],
    ['seventeen', authorsOf(17, (i) => `${letter(i).repeat(8)}${i}@example.com`), { authors: bound }],
    [
      'six of eight syllables that are three letters each',
      authorsOf(6, (i) => `${'한'.repeat(8)}${i}@x.de`),
      { authors: bound },
    ],
    ['three encoded domains', authorsOf(3, (i) => `dan@${encoded}.${encoded}.x${i}.de`), { authors: bound }],
    ['twenty in one encoded domain', authorsOf(20, (i) => `dan${i}@${encoded}.de`), {}],
  ])('%s', (_, fields, problems) => {
    expect(problemsIn({ ...least, ...fields })).toEqual(problems);
  });
});

describe('R9 a whole number that was rounded on its way in is refused, by its place', () => {
  const rounded = 'holds a whole number beyond 9007199254740991, which is not kept to the digit: send it as text';
  test.each<[string, string, string | undefined]>([
    ['{"payload":{"account":12345678901234567890}}', 'payload.account', rounded],
    ['{"payload":[{"a":{"b":[0,-9007199254740993]}}]}', 'payload.0.a.b.1', rounded],
    ['{"payload":9007199254740992}', 'payload', rounded],
    ['{"facts":{"build":12345678901234567890}}', 'facts.build', rounded],
    ['{"facts":{"build":{"numbers":[1,12345678901234567890]}}}', 'facts.build.numbers.1', rounded],
    [
      '{"payload":{"a":9007199254740991,"b":-9007199254740991,"c":0.1,"d":"12345678901234567890"}}',
      'payload',
      undefined,
    ],
  ])('%s', (text, path, message) => {
    expect(problemsIn({ ...least, ...JSON.parse(text) })).toEqual(message === undefined ? {} : { [path]: message });
  });
});

describe('what is wrong with an ask is told by field', () => {
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
  test.each<[string, object, Record<string, string>]>([
    [
      'nothing there',
      { title: undefined, environment: undefined, payload: undefined, requestedBy: undefined },
      { title: 'is required', environment: 'is required' },
    ],
    ['null', { title: null }, { title: 'must be text' }],
    ['blank', { title: ' ' }, { title: 'must not be empty' }],
    [
      'R30 a line break in the title',
      { title: 'x\r\nBcc: eve@example.com' },
      { title: 'must be one line without control characters' },
    ],
    [
      'R30 a line separator in the title',
      { title: 'x\u2028y' },
      { title: 'must be one line without control characters' },
    ],
    [
      'a control character in the description',
      { description: 'x\u0007' },
      { description: 'must not hold control characters' },
    ],
    ['R29 a long title', { title: 'x'.repeat(201) }, { title: 'must not be longer than 200 characters' }],
    ['half a character', { title: 'x\ud800' }, { title: 'holds half a character (a lone surrogate)' }],
    [
      'R30 a line break in the address',
      { requestedBy: 'a@example.com\nBcc: b@example.com' },
      { requestedBy: 'must be a mail address without spaces, control or invisible characters' },
    ],
    [
      'two addresses',
      { requestedBy: 'a@example.com,b@example.com' },
      { requestedBy: 'must be one plain mail address' },
    ],
    ['a name and an address', { requestedBy: '"a"<a@example.com>' }, { requestedBy: 'must be one plain mail address' }],
    ['a second, full-width @', { requestedBy: 'a＠b@example.com' }, { requestedBy: 'must be one plain mail address' }],
    [
      'an invisible character',
      { authors: ['a@example.com', 'b\u200b@example.com'] },
      { 'authors.1': 'must be a mail address without spaces, control or invisible characters' },
    ],
    ['too many authors', { authors: Array(21).fill('a@example.com') }, { authors: 'must not have more than 20 items' }],
    [
      'an environment with spaces',
      { environment: 'prod uction' },
      { environment: expect.stringContaining('must be a name') as never },
    ],
    ['an unknown risk', { risk: 'High' }, { risk: 'must be low, medium, high or critical' }],
    ['a mistyped key', { enviroment: 'x' }, { enviroment: "is not a known key; did you mean 'environment'?" }],
    ['an override without a reason', { override: {} }, { 'override.justification': 'is required' }],
    ['R40 an empty reason', { override: { justification: ' ' } }, { 'override.justification': 'must not be empty' }],
    [
      'R29 a long reason',
      { override: { justification: 'x'.repeat(1001) } },
      { 'override.justification': 'must not be longer than 1000 characters' },
    ],
    ['an override that is a word', { override: 'please' }, { override: 'must be an object with a `justification`' }],
    ['trigger and checkpoint', { trigger: 'a', checkpoint: 'b' }, { checkpoint: 'must not stand beside `trigger`' }],
    [
      'payload and reference',
      { payloadRef: { key: `${incomingPrefix(source)}x`, digest } },
      { payloadRef: 'must not stand beside `payload`' },
    ],
    ['no payload', { payload: undefined }, { payload: 'is required (or `payloadRef`)' }],
    ['a payload of nothing', { payload: null }, { payload: 'must not be null' }],
    [
      'R32 half a character in the payload',
      { payload: { a: ['\udc00'] } },
      { payload: 'holds half a character (a lone surrogate)' },
    ],
    [
      'R32 half a character in a key of the payload',
      { payload: { '\ud800': 1 } },
      { payload: 'holds half a character (a lone surrogate)' },
    ],
    ['a deep payload', { payload: deep(65) }, { payload: 'is nested too deep' }],
    [
      'R44 a payload too large to show',
      { payload: 'x'.repeat(1024 * 1024) },
      { payload: 'must not be larger than 1048576 bytes (it has 1048578)' },
    ],
    ['no JSON', { payload: { a: () => 1 } }, { payload: 'must be JSON' }],
    [
      'a pointer that is none',
      { editable: ['version'] },
      { 'editable.0': 'must be a JSON Pointer such as `/replicas`' },
    ],
    [
      'a pointer with a wrong escape',
      { editable: ['/a~2'] },
      { 'editable.0': 'must be a JSON Pointer such as `/replicas`' },
    ],
    [
      'a pointer to nothing',
      { editable: ['/version', '/replicas'] },
      { 'editable.1': "'/replicas' does not point to anything in the payload" },
    ],
    [
      'a pointer to what every object has',
      { editable: ['/constructor'] },
      { 'editable.0': "'/constructor' does not point to anything in the payload" },
    ],
    ['a pointer twice', { editable: ['/version', '/version'] }, { editable: 'must not name one value twice' }],
    [
      'a number DynamoDB cannot keep',
      { facts: { a: 1e126, b: [1e-131], c: -1e-129, d: 0 } },
      {
        'facts.a': 'holds a number too large or too small to keep',
        'facts.b': 'holds a number too large or too small to keep',
      },
    ],
    [
      'a fact with an odd name',
      { facts: { 'a b': 1 } },
      { 'facts.a b': expect.stringContaining('must be a name') as never },
    ],
    ['a long fact', { facts: { a: 'x'.repeat(999) } }, { 'facts.a': 'must not be longer than 1000 characters' }],
    [
      'too many facts',
      { facts: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`f${i}`, i])) },
      { facts: 'must not have more than 64 facts' },
    ],
    ['facts as a list', { facts: [1] }, { facts: 'must be an object' }],
    [
      'a long task token',
      { taskToken: 'x'.repeat(2049) },
      { taskToken: 'must be a task token of at most 2048 characters' },
    ],
    [
      'a task token of two lines',
      { taskToken: 'x\ny' },
      { taskToken: 'must be a task token of at most 2048 characters' },
    ],
    ['a long key', { requestId: 'x'.repeat(201) }, { requestId: 'must not be longer than 200 characters' }],
  ])('%s', (_, fields, problems) => {
    const input = { ...least, ...fields };
    const found = problemsIn(input);
    expect(found).toMatchObject(problems);
    if (!('title' in fields) || fields.title !== undefined) expect(Object.keys(found)).toEqual(Object.keys(problems));
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.com',
    '//example.com',
    'https:example.com',
    'https://user:secret@example.com',
    'https://example.com/a b',
    'https://example.com/\n',
    'https://',
    '',
  ])('R29 evidence at %j', (url) => {
    expect(Object.keys(problemsIn({ ...least, evidence: [{ label: 'x', url }] }))).toEqual(['evidence.0.url']);
  });

  test.each(['', 'x', 'incoming/events/demo.other@000000000000/x', incomingPrefix(source)])(
    "R51 a payload by reference at '%s', outside the source's own folder",
    (key) => {
      const { payload: _, ...rest } = least;
      expect(Object.keys(problemsIn({ ...rest, payloadRef: { key, digest } }))).toEqual(['payloadRef.key']);
      expect(problemsIn({ ...rest, payloadRef: { key: `${incomingPrefix(source)}a.json`, digest } })).toEqual({});
    },
  );

  test('a fact that would be dropped in silence', () => {
    expect(problemsIn({ ...least, facts: JSON.parse('{"__proto__":1}') })).toEqual({
      'facts.__proto__': 'must have another name',
    });
  });

  test('all at once', () => {
    expect(Object.keys(problemsIn({ title: '\n', requestedBy: 'x', environment: 1, risk: 2, foo: 3 }))).toEqual([
      'title',
      'requestedBy',
      'environment',
      'risk',
      'foo',
      'payload',
    ]);
  });

  test.each([undefined, null, 'text', 3, []])('%j is no ask', (input) => {
    expect(Object.keys(problemsIn(input))).toEqual(['']);
  });

  test('R12 without saying the task token', () => {
    const read = parseAsk({ ...least, taskToken: `secret ${'x'.repeat(3000)}`, payload: null }, options);
    expect(JSON.stringify(read)).not.toContain('secret');
  });

  test('whatever it is: refused or read, bounded, never a fault', () => {
    const keys = [...Object.keys(least), 'facts', 'editable', 'evidence', 'payloadRef', 'taskToken', 'zzz'];
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), fc.jsonValue()),
        fc.boolean(),
        (some, whole) => {
          const read = parseAsk(whole ? { ...least, ...some } : some, options);
          if ('code' in read) {
            expect(read.errors.length).toBeGreaterThan(0);
            expect(JSON.stringify(read).length).toBeLessThan(100_000);
          }
        },
      ),
    );
  });
});

describe('contentDigestOf', () => {
  const digestFor = (input: object) => {
    const read = parseAsk({ ...least, ...input }, options);
    if ('code' in read) throw new Error(read.message);
    return contentDigestOf(read.ask, digest);
  };

  test('R24 is the same for the same content under another key, token or caller', () => {
    expect(digestFor({ requestId: 'a', taskToken: 'b', AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'c' })).toBe(
      digestFor({}),
    );
    expect(digestFor({ risk: 'high', priority: 'medium' })).toBe(digestFor({}));
  });

  test.each([
    { title: 'x' },
    { risk: 'low' },
    { facts: { a: 1 } },
    { revises: 'x' },
    { requestedBy: 'b@example.com' },
    { editable: ['/version'] },
  ])('R24 differs for %j', (other) => {
    expect(digestFor(other)).not.toBe(digestFor({}));
  });

  test('R24 differs for another payload', () => {
    const read = parseAsk(least, options);
    if ('code' in read) throw new Error(read.message);
    expect(contentDigestOf(read.ask, digest)).not.toBe(contentDigestOf(read.ask, 'b'.repeat(64)));
  });
});

describe('a cancelling', () => {
  test('says which and why', () => {
    expect(parseCancel({ requestId: 'a', reason: 'no longer needed' })).toEqual({
      requestId: 'a',
      reason: 'no longer needed',
    });
    expect(parseCancelBody({ reason: 'no longer needed' })).toEqual({ reason: 'no longer needed' });
  });

  test('is refused with every problem', () => {
    expect(parseCancel({ requestID: 'a', reason: '' })).toMatchObject({
      code: 'invalid',
      errors: [
        { path: 'requestId', message: 'is required' },
        { path: 'reason', message: 'must not be empty' },
        { path: 'requestID', message: "is not a known key; did you mean 'requestId'?" },
      ],
    });
    expect(parseCancelBody(undefined)).toMatchObject({ code: 'invalid' });
  });
});

test('editable pointers are judged again once a payload by reference is read', () => {
  expect(editableProblems(undefined, {})).toEqual([]);
  expect(
    editableProblems(['', '/a/0', '/a/01', '/a/-', '/a/1', '/b/c'], { a: [1], b: 'x' }).map(({ path }) => path),
  ).toEqual(['editable.2', 'editable.3', 'editable.4', 'editable.5']);
});

test('each source has a folder of its own, whatever its name', () => {
  expect(incomingPrefix('events:demo.shop@000000000000')).toBe('incoming/events/demo.shop@000000000000/');
  const names = ['iam:a', 'iam:a/b', 'iam:a%2Fb', 'iam:..', 'iam:.', 'states:a', 'iam:a:b', 'iam:'];
  const prefixes = names.map(incomingPrefix);
  for (const [i, one] of prefixes.entries())
    for (const [j, other] of prefixes.entries()) if (i !== j) expect(one.startsWith(other)).toBe(false);
});
