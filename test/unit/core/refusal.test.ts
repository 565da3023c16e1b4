import { type RefusalCode, refusals, refuse } from '../../../core/refusal.ts';

const codes = Object.keys(refusals) as RefusalCode[];

describe('a refusal', () => {
  test.each(codes)('%s has a client’s or a dependency’s status, and a sentence for a person', (code) => {
    const { status, sentence } = refusals[code];
    expect([400, 403, 404, 409, 410, 413, 429, 503]).toContain(status);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(refuse(code)).toEqual({ code, status, message: sentence, errors: [{ path: '', message: sentence }] });
  });

  test('says what it is about', () => {
    expect(refuse('invalid', 'The title is missing.', 'title')).toEqual({
      code: 'invalid',
      status: 400,
      message: 'The title is missing.',
      errors: [{ path: 'title', message: 'The title is missing.' }],
    });
    const errors = [{ path: 'a', message: 'b' }];
    expect(refuse('invalid', 'Two things.', errors)).toMatchObject({ message: 'Two things.', errors });
  });

  test('R10 a link that is not valid, for whatever reason, has one answer', () => {
    expect(refusals.forged).toEqual({ status: 404, sentence: 'This link is not valid.' });
  });
});
