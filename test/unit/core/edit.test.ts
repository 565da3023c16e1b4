import { type EditableField, editableFields, editOf } from '../../../core/edit.ts';
import type { Json } from '../../../core/json.ts';

const payload = {
  replicas: 4,
  canary: true,
  note: 'Tonight',
  plan: 'First this.\nThen that.',
  regions: ['eu-west-1'],
  shop: { max_replicas: 2, size: { cpu: 0.5 } },
  batch: { maxReplicas: 3 },
  nothing: null,
};

const labels = (value: Json, editable: string[]) => editableFields(value, editable).map(({ label }) => label);
const labelled = (value: Json, pointer: string) => editableFields(value, [pointer])[0] as EditableField;
/** What typing this at that pointer comes to. */
const typing = (pointer: string, text: string, value: Json = payload) =>
  editOf(value, editableFields(value, [pointer]), [text]);

describe('the fields for what may be edited', () => {
  test('have the kind of their value, and show it as it is typed', () => {
    const fields = editableFields(payload, ['/replicas', '/canary', '/note', '/plan', '/regions', '/shop']);
    expect(fields.map(({ kind, text }) => [kind, text])).toEqual([
      ['number', '4'],
      ['yes_no', 'true'],
      ['line', 'Tonight'],
      ['lines', 'First this.\nThen that.'],
      ['json', '[\n  "eu-west-1"\n]'],
      ['json', '{\n  "max_replicas": 2,\n  "size": {\n    "cpu": 0.5\n  }\n}'],
    ]);
  });

  test('are called by the last step of their place, in words', () => {
    expect(labels(payload, ['/replicas', '/shop/max_replicas', '/shop/size/cpu', '/regions/0'])).toEqual([
      'Replicas',
      'Max replicas',
      'Cpu',
      'Regions, item 1',
    ]);
    expect(labels({ targetURL: 'x', 'a/b': 1 }, ['/targetURL', '/a~1b'])).toEqual(['Target URL', 'A/b']);
    expect(labels({ a: 1 }, [''])).toEqual(['The whole']);
  });

  test('have names of their own: as many steps as it takes', () => {
    expect(labels(payload, ['/shop/max_replicas', '/batch/maxReplicas', '/note'])).toEqual([
      'Shop, max replicas',
      'Batch, max replicas',
      'Note',
    ]);
    const taken = { comment: 'x', not_after: 'y', review: { comment: 'z' } };
    expect(labels(taken, ['/comment', '/not_after', '/review/comment'])).toEqual([
      'Value at /comment',
      'Value at /not_after',
      'Review, comment',
    ]);
    const twins = labels({ a_b: 1, aB: 2, AB: 3, ' a b': 4 }, ['/a_b', '/aB', '/AB', '/ a b']);
    expect(new Set(twins).size).toBe(4);
  });

  test('are none for what a form could not give back as it was', () => {
    const odd = { r: 'a\rb', bidi: 'a\u202Eb', half: '\uD800', long: 'x'.repeat(10_001), nothing: null };
    expect(editableFields(odd, ['/r', '/bidi', '/half', '/long', '/nothing', '/missing', 'no pointer'])).toEqual([]);
  });

  test('are none for what lies inside of another', () => {
    expect(labels(payload, ['/shop/max_replicas', '/shop', '/shop'])).toEqual(['Shop']);
  });
});

describe('an edit', () => {
  test.each<[string, string, Json]>([
    ['/replicas', '6', 6],
    ['/replicas', ' +6.50 ', 6.5],
    ['/replicas', '-0', 0],
    ['/replicas', '1e3', 1000],
    ['/canary', 'false', false],
    ['/note', '', ''],
    ['/note', ' as typed ', ' as typed '],
    ['/regions', '["us-east-1"]', ['us-east-1']],
  ])('%s as %j is that value, and nothing else is changed', (pointer, text, value) => {
    const key = pointer.slice(1);
    expect(typing(pointer, text)).toEqual({ payload: { ...payload, [key]: value }, changed: [pointer] });
  });

  test.each([
    ['/replicas', '4'],
    ['/replicas', '4.0'],
    ['/canary', 'true'],
    ['/note', 'Tonight'],
    ['/regions', '["eu-west-1"]'],
  ])('%s as %j, which it is already, is none', (pointer, text) => {
    expect(typing(pointer, text)).toEqual({ payload, changed: [] });
  });

  test('what was not sent is unchanged', () => {
    expect(editOf(payload, editableFields(payload, ['/replicas', '/note']), [undefined, 'Now'])).toEqual({
      payload: { ...payload, note: 'Now' },
      changed: ['/note'],
    });
  });

  test.each([
    ['/replicas', 'six'],
    ['/replicas', ''],
    ['/replicas', '4,5'],
    ['/replicas', '0x10'],
    ['/replicas', 'Infinity'],
    ['/replicas', '9007199254740993'],
    ['/replicas', '0.1234567890123456'],
    ['/replicas', '1e400'],
    ['/replicas', '1e-400'],
    ['/canary', 'maybe'],
    ['/note', 'x'.repeat(10_001)],
    ['/note', '\uD800'],
    ['/regions', '{"a":1}'],
    ['/regions', '"eu-west-1"'],
    ['/regions', 'null'],
    ['/regions', '[1'],
    ['/regions', '[9007199254740993]'],
    ['/shop', '[]'],
  ])('%s as %j is refused: same type, nothing lost', (pointer, text) => {
    expect(typing(pointer, text)).toEqual({ problems: [{ field: 0, message: expect.stringMatching(/\.$/) }] });
  });

  test('digits inside of a text are no number', () => {
    expect(typing('/regions', '["9007199254740993", "a\\"9007199254740993"]')).toMatchObject({ changed: ['/regions'] });
  });

  test('every mistake is named at once', () => {
    const read = editOf(payload, editableFields(payload, ['/replicas', '/note', '/canary']), ['x', 'fine', 'y']);
    expect(read).toMatchObject({ problems: [{ field: 0 }, { field: 2 }] });
  });

  test('R44 a payload that would be too large to be shown is refused', () => {
    const large = { rows: 'x'.repeat(1_048_560), note: '' };
    expect(typing('/note', 'y'.repeat(100), large)).toEqual({
      problems: [{ field: 0, message: expect.stringContaining('must not be larger') }],
    });
  });

  test('a key such as __proto__ stays a key', () => {
    const value: Json = JSON.parse('{"__proto__": {"size": 1}, "constructor": 2}');
    expect(labelled(value, '/__proto__/size').text).toBe('1');
    const edit = typing('/__proto__/size', '5', value);
    expect('payload' in edit && JSON.stringify(edit.payload)).toBe('{"__proto__":{"size":5},"constructor":2}');
  });

  test('the payload it began with stays as it was', () => {
    const before = JSON.stringify(payload);
    typing('/shop/size/cpu', '2');
    expect(JSON.stringify(payload)).toBe(before);
  });
});
