import { sealOffered } from '../../../core/group.ts';
import { runCommand } from '../../../lambdas/commands/run-command.ts';
import { GroupDesk, policy } from '../../support/group-desk.ts';
import { policyWith } from '../../support/review-desk.ts';

const ids = ['one', 'two', 'three', 'four', 'five'];

async function five(text?: string) {
  const desk = new GroupDesk(text);
  const asked: string[] = [];
  for (const id of ids) asked.push(await desk.ask(id));
  const [first = '', ...others] = asked;
  const link = await desk.link(first, 'bob');
  return { desk, asked, first, others, link, page: await desk.show(link) };
}

test('W7 five identical requests are decided by one answer, each with an entry of its own and all that proves it', async () => {
  const { desk, asked, link, page } = await five();
  expect(page.text).toContain('4 identical requests wait for you as well');
  expect(page.ticked).toEqual([]);
  const said = await desk.send(link, 'approve', page.nonce, { comment: 'All fine.', also: page.also });
  expect(said.status).toBe(200);
  expect(said.text).toContain('Recorded for all 5 requests.');
  for (const id of asked) {
    const request = desk.request(id);
    expect(request).toMatchObject({ status: 'settled', outcome: 'approved' });
    expect(desk.decisions(id)).toMatchObject([
      {
        ...{ by: 'bob@example.com', answer: 'approve', comment: 'All fine.', flags: ['group'], linkKey: '1.1' },
        ...{ ip: '192.0.2.1', userAgent: 'a phone', shownDigest: request.round.shownDigest },
        ...{ digest: request.round.digest, requester: 'alice@example.com', eligible: ['bob@example.com'] },
      },
    ]);
    expect(said.text).toContain(`${request.requestId} Recorded: you approved. The request is settled: approved.`);
  }
});

test('W7 only what was chosen is decided', async () => {
  const { desk, first, others, link, page } = await five();
  const said = await desk.send(link, 'reject', page.nonce, { also: page.also.slice(0, 1) });
  expect(said.text).toContain('Recorded for all 2 requests.');
  const rejected = [first, ...others].filter((id) => desk.request(id).status === 'settled');
  expect(rejected).toHaveLength(2);
  expect(page.also[0]).toContain(rejected[1]);
});

test('without a choice it is a plain vote that reads nothing of the others', async () => {
  const { desk, others, link, page } = await five();
  desk.fakes.calls.length = 0;
  const said = await desk.send(link, 'approve', page.nonce);
  expect(said.text).toContain('Recorded: you approved.');
  expect(desk.fakes.calls).toEqual(['log.read', 'policy.pointerAndPerson', 'log.append']);
  expect(others.map((id) => desk.log(id).length)).toEqual([1, 1, 1, 1]);
});

test('what is sent again is told the same, and nothing is recorded twice', async () => {
  const { desk, asked, others, link, page } = await five();
  await desk.send(
    await desk.link(others[0] ?? '', 'bob'),
    'reject',
    (await desk.show(await desk.link(others[0] ?? '', 'bob'))).nonce,
  );
  const first = await desk.send(link, 'approve', page.nonce, { also: page.also });
  const entries = asked.map((id) => desk.log(id).length);
  desk.fakes.advance(20 * 3600);
  const again = await desk.send(link, 'approve', page.nonce, { also: page.also });
  expect(first.text).toContain('Recorded for 4 of 5 requests.');
  expect(again.html).toBe(first.html);
  expect(asked.map((id) => desk.log(id).length)).toEqual(entries);
});

test('one that was settled meanwhile hinders no other, and the attempt is recorded in its log', async () => {
  const { desk, first, others, link, page } = await five();
  const [taken = ''] = others;
  const own = await desk.link(taken, 'bob');
  await desk.send(own, 'reject', (await desk.show(own)).nonce);
  const said = await desk.send(link, 'approve', page.nonce, { also: page.also });
  expect(said.text).toContain('Not recorded. This request has already been settled.');
  expect(desk.refusals(taken)).toEqual(['already_settled']);
  expect(desk.request(taken)).toMatchObject({ outcome: 'rejected' });
  for (const id of [first, ...others.slice(1)]) expect(desk.request(id)).toMatchObject({ outcome: 'approved' });
});

test('where the page’s own request was settled meanwhile, the others are decided nevertheless', async () => {
  const { desk, first, others, link, page } = await five();
  await desk.send(link, 'reject', (await desk.show(link)).nonce);
  const said = await desk.send(link, 'approve', page.nonce, { also: page.also });
  expect(said.text).toContain('Recorded for 4 of 5 requests.');
  expect(desk.request(first)).toMatchObject({ outcome: 'rejected' });
  for (const id of others) expect(desk.request(id)).toMatchObject({ outcome: 'approved' });
});

test('one on which somebody has said something is not offered, and not decided where that came meanwhile', async () => {
  const { desk, others, link, page } = await five();
  const [spoken = ''] = others;
  const own = await desk.link(spoken, 'bob');
  await desk.send(own, 'comment', (await desk.show(own)).nonce, { comment: 'Look at this one.' });
  expect((await desk.show(link)).text).toContain('3 identical requests wait for you as well');
  await desk.send(link, 'approve', page.nonce, { also: page.also });
  expect(desk.request(spoken).status).toBe('pending');
  expect(desk.refusals(spoken)).toEqual(['not_together']);
});

test.each([
  ['another title', { title: 'Rotate the log' }],
  ['another payload', { payload: { keep: 5 } }],
  ['another requester', { requestedBy: 'carol@example.com' }],
  ['other authors', { authors: ['dan@example.com'] }],
  ['another environment', { environment: 'staging' }],
  ['a description', { description: 'Why not' }],
  ['a fact', { facts: { lines: 1 } }],
  ['medium risk', { risk: 'medium' }],
  ['high risk', { risk: 'high' }],
  ['critical risk', { risk: 'critical' }],
])('one with %s is not offered, and refused where it is sent nevertheless', async (_, other) => {
  const desk = new GroupDesk();
  const [one, two] = [await desk.ask('one'), await desk.ask('two', other)];
  const link = await desk.link(one, 'bob');
  const page = await desk.show(link);
  expect(page.also).toEqual([]);
  const { shownDigest } = desk.request(two).round;
  const also = [sealOffered({ id: two, shownDigest }, page.nonce, await desk.fakes.linkKeys.of(1))];
  const said = await desk.send(link, 'approve', page.nonce, { also });
  expect(said.text).toContain('Recorded for 1 of 2 requests.');
  expect(desk.decisions(two)).toEqual([]);
  expect(desk.refusals(two)).toEqual(['not_together']);
});

test.each(['medium', 'high', 'critical'])(
  'W7 a page of %s risk offers nothing, asks for nothing and decides nothing besides',
  async (risk) => {
    const desk = new GroupDesk();
    const [one, two] = [await desk.ask('one', { risk }), await desk.ask('two', { risk })];
    const link = await desk.link(one, 'bob');
    const page = await desk.show(link);
    expect(page.also).toEqual([]);
    expect(desk.fakes.calls).not.toContain('alike.find');
    const { shownDigest } = desk.request(two).round;
    const also = [sealOffered({ id: two, shownDigest }, page.nonce, await desk.fakes.linkKeys.of(1))];
    await desk.send(link, 'approve', page.nonce, { also });
    expect(desk.decisions(two)).toEqual([]);
    expect(desk.refusals(two)).toEqual(['not_together']);
  },
);

test('priority and evidence may differ, and stand beside each', async () => {
  const desk = new GroupDesk();
  const one = await desk.ask('one', { priority: 'low' });
  await desk.ask('two', { priority: 'high', evidence: [{ label: 'Run 2', url: 'https://example.com/2' }] });
  const page = await desk.show(await desk.link(one, 'bob'));
  expect(page.text).toContain('1 identical request waits for you as well');
  expect(page.text).toContain('Priority: high.');
  expect(page.html).toContain('href="https://example.com/2"');
});

test('boxes of another page, of another’s page or written by hand decide nothing, not even the page’s own request', async () => {
  const { desk, asked, first, link, page } = await five();
  const { also } = await desk.show(link);
  const [, id = ''] = asked;
  const { shownDigest } = desk.request(id).round;
  for (const value of [also[0] ?? '', `${id}.${shownDigest}.${'A'.repeat(32)}`, id, 'x']) {
    const said = await desk.send(link, 'approve', page.nonce, { also: [value] });
    expect(said.status).toBe(403);
    expect(said.text).toContain('The requests that you chose as well are not those that this page offered.');
  }
  expect(asked.flatMap((one) => desk.decisions(one))).toEqual([]);
  expect(desk.refusals(first)).toEqual(Array(4).fill('wrong_origin'));
});

test.each([
  ['delegate', { delegateTo: 'carol@example.com' }],
  ['comment', { comment: 'A word.' }],
  ['approve', { notBefore: '2026-11-21T14:00' }],
  ['approve', { notAfter: '2026-11-21T14:00' }],
])('%s with %j is for one request: the form comes back with what was chosen', async (answer, typed) => {
  const { desk, asked, link, page } = await five();
  const said = await desk.send(link, answer, page.nonce, { ...typed, also: page.also.slice(0, 2) });
  expect(said.status).toBe(400);
  expect(said.text).toContain('Decide these too: Requests are decided together by a plain answer');
  expect(said.ticked).toHaveLength(2);
  expect(asked.map((id) => desk.log(id).length)).toEqual([1, 1, 1, 1, 1]);
});

test('what the form lacks comes back before anything is decided, with what was chosen', async () => {
  const checked = policyWith([
    '{ name: review, approvers: [bob], rule: any, timeout: 24_hours, criteria: [Tests pass] }',
  ]);
  const { desk, asked, link, page } = await five(checked);
  const said = await desk.send(link, 'approve', page.nonce, { also: page.also });
  expect(said.status).toBe(400);
  expect(said.ticked).toHaveLength(4);
  await desk.send(link, 'approve', said.nonce, { confirmed: [0], also: said.also });
  for (const id of asked) expect(desk.decisions(id)).toMatchObject([{ confirmed: [0] }]);
});

test('a link that is dead on its own page decides no other request either', async () => {
  const { desk, asked, first, others, page } = await five();
  desk.fakes.advance(3600);
  const stale = await desk.link(first, 'bob', { expires: Math.floor(desk.fakes.now.getTime() / 1000) - 1 });
  const said = await desk.send(stale, 'approve', page.nonce, { also: page.also });
  expect(said.status).toBeGreaterThanOrEqual(400);
  expect(asked.flatMap((id) => desk.decisions(id))).toEqual([]);
  expect(others).toHaveLength(4);
});

test('where links of another request were reissued, an older page of the same person does not decide it', async () => {
  const { desk, others, link, page } = await five();
  const [renewed = ''] = others;
  const by = { type: 'reissue', commandId: 'lost-phone', person: 'bob', by: 'operator', reason: 'lost phone' } as const;
  await runCommand(desk.fakes, renewed, by);
  expect((await desk.show(link)).also).toHaveLength(3);
  await desk.send(link, 'approve', page.nonce, { also: page.also });
  expect(desk.decisions(renewed)).toEqual([]);
  expect(desk.refusals(renewed)).toEqual(['link_reissued']);
});

test('where several are asked, each of them is recorded and the others are still asked', async () => {
  const both = policy.replace('approvers: [bob], rule: any', 'approvers: [bob, carol], rule: all');
  const { desk, asked, link, page } = await five(both);
  const said = await desk.send(link, 'approve', page.nonce, { also: page.also });
  expect(said.text).toContain('Recorded: you approved. Others are asked as well.');
  const [one = ''] = asked;
  const carols = await desk.link(one, 'carol');
  const hers = await desk.show(carols);
  expect(hers.also).toHaveLength(4);
  await desk.send(carols, 'approve', hers.nonce, { also: hers.also });
  for (const id of asked) expect(desk.request(id)).toMatchObject({ status: 'settled', outcome: 'approved' });
});

test('a fault on one of them is told as such, and sending again completes it', async () => {
  const { desk, others, link, page } = await five();
  const [broken = ''] = others;
  const errors = jest.spyOn(console, 'error').mockImplementation(() => {});
  desk.fakes.hook = ({ name, args }, when) => {
    if (when === 'before' && name === 'log.append' && JSON.stringify(args).includes(broken)) throw new Error('down');
  };
  const said = await desk.send(link, 'approve', page.nonce, { also: page.also });
  expect(said.text).toContain('Recorded for 4 of 5 requests.');
  expect(said.text).toContain('Not known.');
  expect(errors).toHaveBeenCalledTimes(1);
  errors.mockRestore();
  desk.fakes.hook = () => {};
  expect((await desk.send(link, 'approve', page.nonce, { also: page.also })).text).toContain(
    'Recorded for all 5 requests.',
  );
});

test('where it cannot be read which are alike, the page is shown without', async () => {
  const { desk, link } = await five();
  const errors = jest.spyOn(console, 'error').mockImplementation(() => {});
  desk.fakes.hook = ({ name }) => {
    if (name === 'alike.find') throw new Error('down');
  };
  const page = await desk.show(link);
  expect([page.status, page.also]).toEqual([200, []]);
  expect(errors).toHaveBeenCalledTimes(1);
  errors.mockRestore();
});

test('no more than twenty are offered on one page, and the rest on a next one', async () => {
  const desk = new GroupDesk();
  const asked: string[] = [];
  for (let n = 0; n < 24; n++) asked.push(await desk.ask(`many-${n}`));
  const link = await desk.link(asked[0] ?? '', 'bob');
  const page = await desk.show(link);
  expect(page.also).toHaveLength(20);
  expect(page.html).toContain('<details class="flat"><summary>20 identical requests');
  await desk.send(link, 'approve', page.nonce, { also: page.also });
  const left = asked.filter((id) => desk.request(id).status === 'pending');
  for (const id of asked) await desk.react(id);
  expect(left).toHaveLength(3);
  expect((await desk.show(await desk.link(left[0] ?? '', 'bob'))).also).toHaveLength(2);
});
