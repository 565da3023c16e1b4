import { output, ROOT } from '../../support/aws.ts';
import { callApi } from '../../support/cloud/api.ts';
import { ask, bob, carol, ending, gates } from '../../support/cloud/ask.ts';
import { wholeTable } from '../../support/cloud/audit.ts';
import { decide, open } from '../../support/cloud/by-http.ts';
import { aMachine, oneTask, start } from '../../support/cloud/callers.ts';
import { anAsk, askByEvent, emit } from '../../support/cloud/emit.ts';
import { listen } from '../../support/cloud/heard.ts';
import { entryOf, idOf, untilQuiet } from '../../support/cloud/log.ts';
import { allMails, linkFor } from '../../support/cloud/mailbox.ts';
import { everyLogLine } from '../../support/logs.ts';

jest.setTimeout(120_000);

const LENGTH = 12;

/** The pieces of these secrets, of twelve characters each, that stand somewhere in a text. */
function piecesIn(text: string, secrets: string[]): string[] {
  const pieces = new Set(secrets.flatMap((secret) => allPieces(secret)));
  return allPieces(text).filter((piece) => pieces.has(piece));
}

function allPieces(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - LENGTH + 1) }, (_, at) => text.slice(at, at + LENGTH));
}

test('R12 after full runs no piece of a task token or a link token stands where it should not', async () => {
  const bus = await listen();
  const pages: string[] = [];
  const link = async (id: string, who: string) => {
    const found = await linkFor(id, who);
    pages.push((await open(found)).html);
    return found;
  };
  const both = await ask(gates.both);
  pages.push((await decide(await link(both.id, bob), 'approve')).html);
  pages.push((await decide(await link(both.id, carol), 'approve')).html);
  const rejected = await askByEvent();
  pages.push((await decide(await link(rejected.id, bob), 'reject', { comment: 'No' })).html);
  const cancelled = await askByEvent();
  await link(cancelled.id, bob);
  await emit('Cancel Approval', { requestId: cancelled.requestId, reason: 'Wrong one' });
  const Detail = "{% $merge([$states.input, {'taskToken': $states.context.Task.Token}]) %}";
  const Entries = [
    { EventBusName: output('EventBusName'), Source: 'demo.shop', DetailType: 'Request Approval', Detail },
  ];
  const machine = await aMachine(oneTask('events:putEvents.waitForTaskToken', { Entries }));
  const own = anAsk();
  const caller = await start(machine, own);
  pages.push((await decide(await link(idOf(own.requestId), bob), 'approve')).html);
  const refused = await start(machine, anAsk({ environment: 7 }));
  await Promise.all([ending(both), ending(caller), ending(refused)]);
  const ids = [both.id, rejected.id, cancelled.id, idOf(own.requestId)];
  await Promise.all(ids.map(async (id) => [await entryOf(id, 'task_answered'), await untilQuiet(id)]));

  const tokens = (await wholeTable('WaitingTableName')).flatMap(({ token }) =>
    typeof token === 'string' ? [token] : [],
  );
  expect(tokens.length).toBeGreaterThan(4);
  const mails = await allMails();
  // A link token names its request, which is no secret: its signature, the last 24 bytes, is.
  const signatures = mails.flatMap(({ text }) => {
    const token = /\/r\/([A-Za-z0-9_-]+)/.exec(text)?.[1];
    return token ? [token.slice(-32)] : [];
  });
  expect(signatures.length).toBeGreaterThan(4);

  const replies = ids.flatMap((id) => [`/requests/${id}`, `/requests/${id}/audit`]);
  const places: Record<string, unknown> = {
    log: await everyLogLine(),
    events: await bus.all(),
    pages,
    replies: await Promise.all(replies.map((path) => callApi('GET', path, { as: ROOT }))),
  };
  for (const name of ['AuditTableName', 'RequestsTableName', 'PolicyTableName']) places[name] = await wholeTable(name);
  await bus.stop();

  for (const [place, content] of Object.entries(places))
    expect([place, piecesIn(JSON.stringify(content), [...tokens, ...signatures])]).toEqual([place, []]);
  expect(piecesIn(JSON.stringify(mails), tokens)).toEqual([]);
  const waiting = (await wholeTable('WaitingTableName')).map((item) => JSON.stringify(item)).join('');
  expect(piecesIn(waiting, signatures)).toEqual([]);
  // They would have been found: this is where they are.
  expect(piecesIn(waiting, tokens)).not.toEqual([]);
});
