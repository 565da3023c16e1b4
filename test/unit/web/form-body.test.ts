import { formBody } from '../../../lambdas/web/form-body.ts';
import { utcTime } from '../../../lambdas/web/form-problems.ts';

const read = (body: string | undefined, type = 'application/x-www-form-urlencoded; charset=utf-8') =>
  formBody({ body, isBase64Encoded: false, headers: { 'content-type': type } });

test('a form is read field by field, by place where there are several, line ends as the page has them', () => {
  const sent = new URLSearchParams({
    ...{ nonce: 'n', answer: 'approve', comment: ' one\r\ntwo ', conditions: '', delegate_to: ' carol@example.com ' },
    ...{ not_before: '2026-11-21T14:00', not_after: '', again: 'yes', 'criterion-2': 'yes', 'criterion-0': 'yes' },
    ...{ 'value-1': ' as typed\r\n', 'value-0': '6', 'also-3': 'a.b.c', 'also-19': 'd.e.f' },
  });
  const expected = {
    ...{ nonce: 'n', answer: 'approve', comment: 'one\ntwo', conditions: '', delegateTo: 'carol@example.com' },
    ...{ notBefore: '2026-11-21T14:00', notAfter: '', again: true, confirmed: [0, 2], values: ['6', ' as typed\n'] },
    also: ['a.b.c', 'd.e.f'],
  };
  expect(read(`${sent}`)).toEqual(expected);
  const encoded = { body: Buffer.from(`${sent}`).toString('base64'), isBase64Encoded: true };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  expect(formBody({ ...encoded, headers })).toEqual(expected);
});

test('what is not sent is not there', () => {
  expect(read('nonce=n&answer=approve')).toEqual({
    ...{ nonce: 'n', answer: 'approve', comment: '', conditions: '', delegateTo: '', notBefore: '', notAfter: '' },
    ...{ again: false, confirmed: [], values: [], also: [] },
  });
});

test.each([
  'nonce=n&nonce=m',
  'nonce=n&value-0=1&value-0=2',
  'nonce=n&surprise=1',
  'value-50=x',
  'value-00=x',
  'value--1=x',
  'value-=x',
  'also-20=x',
  'also=x',
  'criterion-20=yes',
  'criterion-1x=yes',
  '__proto__=x',
])('R11 %s is no form of ours', (body) => {
  expect(read(body)).toBeUndefined();
});

test('R11 neither is another type, or nothing', () => {
  expect(read('nonce=n', 'text/plain')).toBeUndefined();
  expect(read(undefined)).toBeUndefined();
});

test.each([
  ['2026-11-21T14:00', '2026-11-21T14:00:00.000Z'],
  ['2026-11-21T14:00:30', '2026-11-21T14:00:30.000Z'],
  ['2028-02-29T00:00', '2028-02-29T00:00:00.000Z'],
  ['2026-02-29T00:00', undefined],
  ['2026-11-21T24:00', undefined],
  ['2026-11-21', undefined],
  ['2026-11-21T14:00Z', undefined],
  ['', undefined],
])('the time %j is UTC: %s', (typed, time) => {
  expect(utcTime(typed)).toBe(time);
});
