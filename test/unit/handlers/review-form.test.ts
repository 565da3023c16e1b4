import { Desk, policyWith } from '../../support/review-desk.ts';

const one = '{ name: review, approvers: [bob], rule: any, timeout: 24_hours }';
const checked =
  '{ name: review, approvers: [bob], rule: any, timeout: 24_hours, comment: unless_approved, criteria: [Tests pass, There is a way back] }';

test('an approval without every criterion comes back with what was typed, and names those that are missing', async () => {
  const desk = await Desk.asked(policyWith([checked]));
  const said = await desk.send(await desk.link('bob'), 'approve', { confirmed: [0], conditions: 'Before six' });
  expect(said.status).toBe(400);
  expect(said.text).toContain('Not confirmed: “There is a way back”.');
  expect(said.html).toMatch(/id="criterion-0" name="criterion-0" value="yes" checked>/);
  expect(said.html).toMatch(/id="criterion-1" name="criterion-1" value="yes" aria-invalid="true">/);
  expect(said.html).toContain('>\nBefore six</textarea>');
  expect(desk.log).toHaveLength(1);
});

test('criteria are recorded item by item, and a rejection needs none of them', async () => {
  const desk = await Desk.asked(policyWith([checked]));
  const said = await desk.send(await desk.link('bob'), 'approve', { confirmed: [0, 1] });
  expect(said.text).toContain('You confirmed Tests pass There is a way back');
  expect(desk.log.at(-1)).toMatchObject({ type: 'decided', confirmed: [0, 1] });
  const other = await Desk.asked(policyWith([checked]));
  expect((await other.send(await other.link('bob'), 'reject', { comment: 'No.' })).status).toBe(200);
  expect(other.log.at(-1)).not.toHaveProperty('confirmed');
});

test('an answer that has to say why comes back without a comment', async () => {
  const desk = await Desk.asked(policyWith([checked]));
  const said = await desk.send(await desk.link('bob'), 'reject');
  expect(said.status).toBe(400);
  expect(said.text).toContain('Comment: The policy asks that this answer says why');
});

test('an approval for later is granted, can be taken back by whoever gave it, and then is rejected', async () => {
  const desk = await Desk.asked(policyWith([one]));
  const link = await desk.link('bob');
  const typed = { notBefore: '2026-11-21T14:00', notAfter: '2026-11-21T16:00', again: true };
  const said = await desk.send(link, 'approve', typed);
  expect(said.text).toContain('takes effect at Sat 21 Nov 2026, 14:00 UTC at the earliest');
  expect(said.text).toContain('Approved, not yet in effect');
  expect(desk.request).toMatchObject({ status: 'granted', effectAt: '2026-11-21T14:00:00.000Z' });
  const granted = await desk.show(link);
  expect(granted.html).toContain('value="withdraw" class="stop">Withdraw</button>');
  const nonce = await desk.nonce(link);
  const [first, again] = [
    await desk.send(link, 'withdraw', { comment: 'The window is taken.' }, nonce),
    await desk.send(link, 'withdraw', { comment: 'The window is taken.' }, nonce),
  ];
  expect(first.text).toContain('Recorded: you withdrew your approval.');
  expect(again.html).toBe(first.html);
  expect(desk.request).toMatchObject({ status: 'settled', outcome: 'rejected', reason: 'The window is taken.' });
});

test('a page too old to withdraw by comes back with what was typed', async () => {
  const desk = await Desk.asked(policyWith([one]));
  const link = await desk.link('bob');
  await desk.send(link, 'approve', { notBefore: '2026-11-25T14:00' });
  const nonce = await desk.nonce(link);
  desk.fakes.advance(13 * 3600);
  const said = await desk.send(link, 'withdraw', { comment: 'Not now.' }, nonce);
  expect(said.status).toBe(409);
  expect(said.html).toContain('>\nNot now.</textarea>');
  expect(desk.request.status).toBe('granted');
});

test('only who approved is offered to withdraw', async () => {
  const desk = await Desk.asked(policyWith([one.replace('[bob]', '[bob, carol]')]));
  await desk.send(await desk.link('bob'), 'approve', { notBefore: '2026-11-21T14:00' });
  const carols = await desk.link('carol');
  expect((await desk.show(carols)).html).not.toContain('Withdraw');
  expect((await desk.send(carols, 'withdraw', {}, 'none')).status).toBe(409);
  expect(desk.request.status).toBe('granted');
});

test.each([
  [{ notBefore: '2026-11-21T09:59' }, 'Takes effect at: That time has passed.'],
  [{ notBefore: '2026-02-30T10:00' }, 'Takes effect at: This is no date and time'],
  [{ notBefore: 'tomorrow' }, 'Takes effect at: This is no date and time'],
  [{ notBefore: '2027-11-21T10:00' }, 'Takes effect at: That is too far off'],
  [{ notAfter: '2026-11-21T09:59' }, 'Not after: That time has passed.'],
  [{ notAfter: 'x' }, 'Not after: This is no date and time'],
  [{ notBefore: '2026-11-21T14:00', notAfter: '2026-11-21T14:00' }, 'Not after: It would end before it takes effect'],
])('times that cannot be, %j, come back by their field', async (typed, why) => {
  const desk = await Desk.asked(policyWith([one]));
  const said = await desk.send(await desk.link('bob'), 'approve', typed);
  expect(said.status).toBe(400);
  expect(said.text).toContain(why);
  expect(said.html).toContain('<details open><summary>Advanced options</summary>');
  expect(desk.log).toHaveLength(1);
});

test('a rejection with times is a rejection: they count with an approval only', async () => {
  const desk = await Desk.asked(policyWith([one]));
  expect((await desk.send(await desk.link('bob'), 'reject', { notBefore: 'tomorrow' })).status).toBe(200);
  expect(desk.request).toMatchObject({ status: 'settled', outcome: 'rejected' });
});

test('where one is asked after the other, the page says whose turn it is', async () => {
  const desk = await Desk.asked(
    policyWith(['{ name: review, approvers: [bob, carol], rule: all, order: sequential, timeout: 24_hours }']),
  );
  const carols = await desk.link('carol');
  const early = await desk.show(carols);
  expect(early.text).toContain('it is the turn of Bob Baker. You are mailed when it is yours.');
  expect(early.text).toContain('Bob Baker bob@example.com it is their turn; has not answered yet');
  expect(early.text).toContain('Carol Clark carol@example.com not their turn yet');
  expect((await desk.send(carols, 'approve', {}, 'none')).status).toBe(409);
  await desk.send(await desk.link('bob'), 'approve');
  expect((await desk.send(carols, 'approve')).status).toBe(200);
  expect(desk.request.status).toBe('settled');
});

test('one from each group: the page says which are still needed, and who stands for which', async () => {
  const desk = await Desk.asked(
    policyWith(['{ name: review, approvers: [leads, erin], rule: one_from_each, veto: true, timeout: 24_hours }']),
  );
  await desk.send(await desk.link('carol'), 'approve');
  const { text } = await desk.show(await desk.link('erin'));
  expect(text).toContain('1 of 2 groups approved; still needed from erin');
  expect(text).toContain('one rejection is enough to reject');
  expect(text).toContain('Dan Dyer dan@example.com asked, has not answered yet (leads)');
});

test('the rule that asks, and why, are on the page', async () => {
  const more = `
checkpoints:
  security_review: { trigger: security_related_change, approvers: [bob], timeout: 4_hours }
`;
  const desk = await Desk.asked(policyWith([one], more), { trigger: 'security_related_change' });
  const { text } = await desk.show(await desk.link('bob'));
  expect(text).toContain('Asked for by the rule Security review');
  expect(text).toContain('Why this gate Security review');
});

test('R27 a stale page, a page of nobody’s and another origin keep what was typed or decide nothing', async () => {
  const desk = await Desk.asked(policyWith([checked]), { editable: ['/replicas'] });
  const link = await desk.link('bob');
  const nonce = await desk.nonce(link);
  const typed = { confirmed: [1], values: ['6'], notBefore: '2026-11-25T14:00', delegateTo: 'carol@example.com' };
  const kept = [/id="criterion-1"[^>]* checked/, /id="value-0"[^>]* value="6"/, /value="2026-11-25T14:00"/];
  const unsealed = await desk.send(link, 'approve', typed, 'no nonce of ours');
  expect(unsealed.status).toBe(403);
  desk.fakes.advance(13 * 3600);
  const stale = await desk.send(link, 'approve', typed, nonce);
  expect(stale.status).toBe(409);
  for (const page of [unsealed, stale]) for (const one of kept) expect(page.html).toMatch(one);
  expect((await desk.send(link, 'approve', typed, nonce, false)).status).toBe(403);
  expect(desk.request.round.votes).toEqual([]);
});

test('W4 who sits for somebody away is told for whom, by name', async () => {
  const away = 'dan: { name: Dan Dyer, out_of_office: [{ from: "2020-01-01", to: "2099-12-31", cover: carol }],';
  const stage = '{ name: review, approvers: [dan], rule: any, timeout: 24_hours }';
  const desk = await Desk.asked(policyWith([stage]).replace('dan: { name: Dan Dyer,', away));
  expect((await desk.show(await desk.link('carol'))).text).toContain('You decide for Dan Dyer, who is away');
});
