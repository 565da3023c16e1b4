import { canonicalJson, sha256Hex } from '../../../core/canonical.ts';
import { Desk, policyWith } from '../../support/review-desk.ts';

const both = '{ name: review, approvers: [bob, carol], rule: all, timeout: 24_hours }';
const editable = { editable: ['/replicas', '/version'] };
const six = { values: ['6', '2.1.0'] };

test('W3 an approver who changes a value and approves opens a round with it, and approves there; the work gets what they typed', async () => {
  const desk = await Desk.asked(policyWith([both]), editable);
  const said = await desk.send(await desk.link('bob'), 'approve', six);
  expect(said.status).toBe(200);
  expect(said.text).toContain('Recorded: you changed /replicas and approved.');
  expect(said.text).toContain('/replicas changed before: 4 now: 6');
  expect(said.text).toContain('Your approval counts in it.');
  expect(said.text).toContain('1 of 2 approved. It needs both approvers.');
  expect(said.text).toContain('Carol Clark carol@example.com asked, has not answered yet');
  const payload = { version: '2.1.0', replicas: 6 };
  expect(desk.request.round).toMatchObject({ round: 2, digest: sha256Hex(canonicalJson(payload)) });
  expect(desk.log.slice(1)).toMatchObject([
    { type: 'round_opened', edited: { person: 'bob', changed: ['/replicas'] } },
    { type: 'decided', round: 2, person: 'bob', answer: 'approve', flags: ['edited'] },
  ]);
  await desk.send(await desk.link('carol'), 'approve');
  expect(desk.request).toMatchObject({ status: 'settled', outcome: 'approved' });
});

test('W3 the policy is asked again about what would run now: a change may need others, and who edited sits there no more', async () => {
  const more = `
checkpoints:
  scaling: { trigger: scaling, when: "payload.replicas > 5", approvers: [dan], timeout: 4_hours }
`;
  const desk = await Desk.asked(policyWith([both], more), editable);
  expect(desk.request.round.gate.stages).toHaveLength(1);
  const said = await desk.send(await desk.link('bob'), 'approve', six);
  expect(desk.request.round.gate.stages.map(({ name }) => name)).toEqual(['scaling', 'review']);
  expect(desk.request.round.votes).toEqual([]);
  expect(said.text).toContain('Your approval does not count in it yet. The stage that is open now does not ask you');
  expect(said.text).toContain('Dan Dyer dan@example.com asked, has not answered yet');
});

test('W3 answers given before an edit count no more: what they were about is not what would run', async () => {
  const desk = await Desk.asked(policyWith([both]), editable);
  await desk.send(await desk.link('carol'), 'approve');
  await desk.send(await desk.link('bob'), 'approve', six);
  expect(desk.request).toMatchObject({ status: 'pending', round: { round: 2, votes: [{ person: 'bob' }] } });
});

test('R8 the links of the round before answer 409 and show what was changed', async () => {
  const desk = await Desk.asked(policyWith([both]), editable);
  const old = await desk.link('carol');
  await desk.send(await desk.link('bob'), 'approve', six);
  const seen = await desk.show(old);
  expect(seen.status).toBe(409);
  expect(seen.text).toContain('/replicas changed before: 4 now: 6');
  expect((await desk.send(old, 'approve')).status).toBe(409);
});

test('R5 an edit sent ten times opens one round, counts once and is answered alike', async () => {
  const desk = await Desk.asked(policyWith([both]), editable);
  const link = await desk.link('bob');
  const nonce = await desk.nonce(link);
  const pages = [];
  for (let times = 0; times < 10; times++) pages.push(await desk.send(link, 'approve', six, nonce));
  expect(new Set(pages.map(({ html }) => html)).size).toBe(1);
  expect(desk.log.map(({ type }) => type)).toEqual(['opened', 'round_opened', 'decided']);
});

test('R55 what fails between the round and the vote is made good by sending it again', async () => {
  const desk = await Desk.asked(policyWith([both]), editable);
  const link = await desk.link('bob');
  const nonce = await desk.nonce(link);
  let appends = 0;
  desk.fakes.hook = ({ name }, when) => {
    if (name === 'log.append' && when === 'before' && ++appends === 2) throw new Error('the connection broke');
  };
  await expect(desk.send(link, 'approve', six, nonce)).rejects.toThrow('the connection broke');
  expect(desk.log.map(({ type }) => type)).toEqual(['opened', 'round_opened']);
  const said = await desk.send(link, 'approve', six, nonce);
  expect(said.text).toContain('Recorded: you changed /replicas and approved.');
  expect(desk.log.map(({ type }) => type)).toEqual(['opened', 'round_opened', 'decided']);
});

test('R5 a page that edited is not taken for another edit', async () => {
  const desk = await Desk.asked(policyWith([both]), editable);
  const link = await desk.link('bob');
  const nonce = await desk.nonce(link);
  await desk.send(link, 'approve', six, nonce);
  const again = await desk.send(link, 'approve', { values: ['7', '2.1.0'] }, nonce);
  expect(again.status).toBe(409);
  expect(desk.request.rounds).toHaveLength(2);
});

test('a page that recorded a plain answer says that values sent later were not applied', async () => {
  const desk = await Desk.asked(policyWith([both]), editable);
  const link = await desk.link('bob');
  const nonce = await desk.nonce(link);
  await desk.send(link, 'approve', {}, nonce);
  const again = await desk.send(link, 'approve', six, nonce);
  expect(again.text).toContain('Recorded: you approved.');
  expect(again.text).toContain('The values you changed were not applied');
  expect(desk.request.rounds).toHaveLength(1);
});

test.each(['reject', 'request_changes', 'comment'])(
  'values changed beside %s go nowhere, and the page says so',
  async (answer) => {
    const desk = await Desk.asked(policyWith([both]), editable);
    const said = await desk.send(await desk.link('bob'), answer, { ...six, comment: 'Six, please.' });
    expect(said.status).toBe(200);
    expect(said.text).toContain('The values you changed were not applied: only an approval applies them.');
    expect(desk.request.rounds).toHaveLength(1);
  },
);

test('what was sent as it was is no edit, and reads no policy', async () => {
  const desk = await Desk.asked(policyWith([both]), editable);
  const link = await desk.link('bob');
  const nonce = await desk.nonce(link);
  desk.fakes.calls.length = 0;
  await desk.send(link, 'approve', { values: ['4', '2.1.0'] }, nonce);
  expect(desk.request).toMatchObject({ round: { round: 1, votes: [{ person: 'bob' }] } });
  expect(desk.fakes.calls).not.toContain('policy.version');
});

test('a value of another type comes back by its field, with all that was typed', async () => {
  const desk = await Desk.asked(policyWith([both]), editable);
  const said = await desk.send(await desk.link('bob'), 'approve', { values: ['six', '2.1.1'], comment: 'More!' });
  expect(said.status).toBe(400);
  expect(said.text).toContain('Replicas: It was a number and has to stay one');
  expect(said.html).toMatch(
    /id="value-0"[^>]* value="six" aria-describedby="value-0-hint value-0-problem" aria-invalid="true"/,
  );
  expect(said.html).toMatch(/id="value-1"[^>]* value="2\.1\.1"/);
  expect(said.html).toContain('>\nMore!</textarea>');
  expect(desk.log).toHaveLength(1);
});

test('W3 an edit that the policy has no gate for comes back and says why', async () => {
  const more = `
checkpoints:
  scaling: { trigger: scaling, when: "payload.replicas > 5", approvers: [alice], timeout: 4_hours }
`;
  const desk = await Desk.asked(policyWith([both], more), editable);
  const said = await desk.send(await desk.link('bob'), 'approve', six);
  expect(said.status).toBe(403);
  expect(said.text).toContain('Nothing was recorded yet.');
  expect(said.text).toContain('Alice');
  expect(said.html).toMatch(/id="value-0"[^>]* value="6"/);
  expect(desk.request.rounds).toHaveLength(1);
});

test('criteria are confirmed again by their words: what the new stage asks besides is not taken as confirmed', async () => {
  const more = `
checkpoints:
  scaling:
    { trigger: scaling, when: "payload.replicas > 5", approvers: [bob], criteria: [There is money, Tests pass], timeout: 4_hours }
`;
  const stage = '{ name: review, approvers: [bob, carol], rule: all, timeout: 24_hours, criteria: [Tests pass] }';
  const desk = await Desk.asked(policyWith([stage], more), editable);
  const said = await desk.send(await desk.link('bob'), 'approve', { ...six, confirmed: [0] });
  expect(said.text).toContain('Your approval does not count in it yet.');
  expect(said.text).toContain('There is money');
  expect(desk.request).toMatchObject({ round: { round: 2, votes: [] } });
});

test('R44 an edited payload too large for an entry stands in the bucket', async () => {
  const payload = { version: '2.1.0', replicas: 4, rows: 'x'.repeat(4_000) };
  const desk = await Desk.asked(policyWith([both]), { ...editable, payload });
  await desk.send(await desk.link('bob'), 'approve', six);
  expect(desk.request.round.payload).toMatchObject({
    ref: { digest: sha256Hex(canonicalJson({ ...payload, replicas: 6 })) },
  });
  expect((await desk.show(await desk.link('carol'))).text).toContain('replicas');
});

test('two edit at the same moment: one opens the round, the other is shown what changed', async () => {
  const desk = await Desk.asked(policyWith([both]), editable);
  const [bob, carol] = [await desk.link('bob'), await desk.link('carol')];
  const nonces = [await desk.nonce(bob), await desk.nonce(carol)];
  const [one, other] = await Promise.all([
    desk.send(bob, 'approve', six, nonces[0]),
    desk.send(carol, 'approve', { values: ['8', '2.1.0'] }, nonces[1]),
  ]);
  expect([one?.status, other?.status].sort()).toEqual([200, 409]);
  expect(desk.request.rounds).toHaveLength(2);
});

test('W2 what revises a request shows the difference it was asked with, though that one is edited meanwhile', async () => {
  const first = await Desk.asked(policyWith([both]), editable);
  const second = await first.alsoAsked({
    requestId: 'deploy-43',
    revises: 'deploy-42',
    payload: { version: '2.1.1', replicas: 4 },
  });
  await first.send(await first.link('carol'), 'approve', { values: ['7', '2.1.0'] });
  expect(first.request.rounds).toHaveLength(2);

  const page = await second.show(await second.link('bob'));
  expect([page.status, page.text]).toEqual([
    200,
    expect.stringContaining('/version changed before: "2.1.0" now: "2.1.1"'),
  ]);
  await second.send(await second.link('bob'), 'approve');
  expect(second.request.round.votes).toMatchObject([{ person: 'bob', vote: 'for' }]);
});
