import { framedMail, mailPage, tablePage } from '../../../local/pages.ts';
import { apiIdOf } from '../../../local/pass-through.ts';
import { hideTokens } from '../../../local/tables.ts';

const mail = {
  id: 'm1@email.amazonses.com',
  from: 'Countersign <approvals@example.com>',
  to: ['bob@example.com'],
  cc: [],
  bcc: [],
  subject: '<b>Deploy</b>',
  at: '2026-11-21T10:00:00.000Z',
  text: 'Look: http://localhost:4700/r/abc <script>',
  html: '<html><head></head><body><a href="http://localhost:4700/r/abc">Review</a></body></html>',
  raw: undefined,
  recipients: undefined,
};

describe('the tables page', () => {
  test('hides every task token, however deep it is, and keeps what only names one', () => {
    const item = { key: 'hash', taskToken: 'secret-1', nested: { list: [{ token: 'secret-2', tokens: 3 }] } };
    const text = JSON.stringify(hideTokens(item));
    expect(text).not.toContain('secret');
    expect(hideTokens(item)).toMatchObject({ key: 'hash', nested: { list: [{ tokens: 3 }] } });
  });

  test('escapes what the items hold', async () => {
    const view = { name: 'Audit', keys: ['id'], items: [{ id: '<img src=x>' }], more: false };
    expect(String(await tablePage(view))).not.toContain('<img');
  });
});

describe('the mailbox', () => {
  test('shows a mail escaped, in a frame that runs nothing, with its links to be followed', async () => {
    const shown = String(await mailPage(mail));
    expect(shown).toContain('&lt;b&gt;Deploy&lt;/b&gt;');
    expect(shown).toMatch(/<iframe[^>]* sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    expect(shown).toContain('<a href="http://localhost:4700/r/abc">');
    expect(shown).not.toContain('<script>');
  });

  test('opens the links of the mail outside of its frame, and changes nothing else in it', () => {
    expect(framedMail(mail)).toBe(mail.html.replace('<head>', '<head><base target="_blank">'));
    expect(framedMail({ ...mail, html: '<p>bare</p>' })).toBe('<base target="_blank"><p>bare</p>');
  });
});

test.each([
  ['https://0827c341.execute-api.localhost:4701', '0827c341'],
  ['https://0827c341.execute-api.us-east-1.amazonaws.com/', '0827c341'],
  ['https://127.0.0.1:4701/_aws/execute-api/0827c341/$default/', '0827c341'],
  ['https://approvals.example.com', undefined],
])('the id of the API at %s is %s', (url, id) => {
  expect(apiIdOf(url)).toBe(id);
});
