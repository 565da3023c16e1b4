import { Desk, policyWith } from '../../support/review-desk.ts';

const stage = '{ name: review, approvers: [bob], rule: any, timeout: 24_hours, delegate_to: [leads, erin] }';

test('W4 a seat is handed on to somebody the stage names, who then decides; the log says by whom', async () => {
  const desk = await Desk.asked(policyWith([stage]));
  const link = await desk.link('bob');
  const said = await desk.send(link, 'delegate', {
    delegateTo: 'Carol.Clark@example.com',
    comment: 'You know it better.',
  });
  expect(said.status).toBe(200);
  expect(said.text).toContain('Recorded: you delegated to Carol Clark (carol@example.com).');
  expect(said.text).toContain('delegated by Bob Baker');
  expect(desk.log.at(-1)).toMatchObject({ type: 'delegated', person: 'bob', to: { person: 'carol', via: ['bob'] } });

  const hers = await desk.show(await desk.link('carol'));
  expect(hers.text).toContain('You decide delegated by Bob Baker.');
  expect(hers.text).toContain('You know it better.');
  await desk.send(await desk.link('carol'), 'approve');
  expect(desk.request).toMatchObject({ status: 'settled', outcome: 'approved' });
  expect(desk.log.at(-1)).toMatchObject({ person: 'carol', flags: ['delegated'] });
});

test('who handed it on is told so, by GET and by POST, and decides no more', async () => {
  const desk = await Desk.asked(policyWith([stage]));
  const link = await desk.link('bob');
  const nonce = await desk.nonce(link);
  await desk.send(link, 'delegate', { delegateTo: 'carol@example.com' });
  const seen = await desk.show(link);
  expect(seen.text).toContain('You have handed this on to Carol Clark (carol@example.com), who decides it.');
  expect(seen.html).not.toContain('value="approve"');
  const sent = await desk.send(link, 'approve', {}, nonce);
  expect(sent.status).toBe(410);
  expect(sent.text).toContain('Your answer was not recorded. You have handed this on');
  expect(desk.request.status).toBe('pending');
});

test('R5 a delegation sent ten times is one, answered alike', async () => {
  const desk = await Desk.asked(policyWith([stage]));
  const link = await desk.link('bob');
  const nonce = await desk.nonce(link);
  const pages = [];
  for (let times = 0; times < 10; times++)
    pages.push(await desk.send(link, 'delegate', { delegateTo: 'carol@example.com' }, nonce));
  expect(new Set(pages.map(({ html }) => html)).size).toBe(1);
  expect(desk.log).toHaveLength(2);
});

test.each([
  ['nobody’s', 'zoe@example.com', 400, '“zoe@example.com” is nobody’s address in the directory.'],
  ['nobody typed', '', 400, 'Whom to hand it on to is missing'],
  ['of the requester', 'alice@example.com', 403, 'Alice Archer asked for this or wrote it'],
  ['of the requester in disguise', 'ALICE+x@example.com', 403, 'Alice Archer asked for this or wrote it'],
  ['of somebody asked already', 'bob@example.com', 400, 'Bob Baker is'],
])('R6 W4 an address that is %s comes back by its field: %s', async (_, address, status, why) => {
  const desk = await Desk.asked(policyWith([stage.replace('erin', 'bob')]));
  const said = await desk.send(await desk.link('bob'), 'delegate', { delegateTo: address, comment: 'Typed.' });
  expect(said.status).toBe(status);
  expect(said.text).toContain(why);
  expect(said.html).toContain('<a href="#delegate-to">');
  expect(said.html).toContain(
    `value="${address}" aria-describedby="delegate-to-hint delegate-to-problem" aria-invalid="true"`,
  );
  expect(said.html).toContain('>\nTyped.</textarea>');
  expect(desk.log.some(({ type }) => type === 'delegated')).toBe(false);
});

test('only those whom the stage names may take it over; the page says who', async () => {
  const desk = await Desk.asked(policyWith([stage.replace('[leads, erin]', '[erin]')]));
  const link = await desk.link('bob');
  expect((await desk.show(link)).text).toContain('Possible: erin;');
  const said = await desk.send(link, 'delegate', { delegateTo: 'dan@example.com' });
  expect(said.text).toContain('Dan Dyer is not among those whom this may be handed on to');
});

test('where nobody may take it over there is no button, and no way round that', async () => {
  const desk = await Desk.asked(policyWith([stage.replace('[leads, erin]', '[]')]));
  const link = await desk.link('bob');
  const page = await desk.show(link);
  expect(page.html).not.toContain('Delegate');
  const said = await desk.send(link, 'delegate', { delegateTo: 'carol@example.com' });
  expect(said.status).toBeGreaterThanOrEqual(400);
  expect(desk.log.some(({ type }) => type === 'delegated')).toBe(false);
});

describe('W4 where one from each group is needed', () => {
  const each = policyWith([
    '{ name: release, approvers: [lead, security], rule: one_from_each, assign: least_loaded, timeout: 24_hours, delegate_to: [erin] }',
  ])
    .replace('leads: [carol, dan, alice]', 'lead: [bob, fay]\n    security: [carol, dan, gus]')
    .replace(
      '  groups:',
      '    fay: { name: Fay Fox, email: fay@example.com }\n    gus: { name: Gus Gray, email: gus@example.com }\n  groups:',
    );

  test('a seat is not handed on to somebody of another group, who would make it two of theirs', async () => {
    const desk = await Desk.asked(each);
    const link = await desk.link('bob');
    expect((await desk.show(link)).text).toContain('Possible: lead, erin;');
    const said = await desk.send(link, 'delegate', { delegateTo: 'dan@example.com' });
    expect(said.text).toContain('Dan Dyer is not among those whom this may be handed on to: lead, erin.');
    expect(desk.log).toHaveLength(1);
  });

  test('it is handed on within its group, or to whom the policy names beside the groups', async () => {
    for (const [who, heir] of [
      ['bob', 'fay'],
      ['bob', 'erin'],
      ['carol', 'gus'],
    ] as const) {
      const desk = await Desk.asked(each);
      await desk.send(await desk.link(who), 'delegate', { delegateTo: `${heir}@example.com` });
      expect(desk.log.at(-1)).toMatchObject({ type: 'delegated', to: { person: heir } });
    }
  });

  test('the seat of two groups goes to who is in both', async () => {
    const both = each
      .replace('security: [carol, dan, gus]', 'security: [bob, gus]')
      .replace('[bob, fay]', '[bob, gus, fay]');
    const desk = await Desk.asked(
      both.replace('assign: least_loaded, ', '').replace('[bob, gus]', '[bob, carol, gus]'),
    );
    const said = await desk.send(await desk.link('bob'), 'delegate', { delegateTo: 'dan@example.com' });
    expect(said.text).toContain('handed on to: lead as well as security, erin.');
  });
});
