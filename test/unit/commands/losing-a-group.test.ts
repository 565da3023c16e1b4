import { sweep } from '../../../lambdas/reactions/sweep.ts';
import { Desk, policyWith } from '../../support/review-desk.ts';

const stages = ['{ name: review, approvers: [leads, bob], rule: { quorum: 2 }, timeout: 1_day }'];
const grouped = (leads: string, more = '') =>
  policyWith(stages).replace('leads: [carol, dan, alice]', `leads: [${leads}]${more}`);

/** Bob, by name, and Carol and Dan, by their group: two of them decide. */
const asked = () => Desk.asked(grouped('carol, dan'));

async function swept(desk: Desk): Promise<void> {
  desk.fakes.advance(240);
  await sweep(desk.fakes);
}

const calls = (desk: Desk) => desk.fakes.calls.filter((name) => name === 'policy.people').length;

describe('R18 whoever loses the group by which they were asked', () => {
  test('is refused from the moment of publishing, is told by their page, and the attempt is recorded', async () => {
    const desk = await asked();
    const link = await desk.link('dan');
    const nonce = await desk.nonce(link);
    desk.publish(grouped('carol'));
    const page = await desk.show(link);
    expect([page.status, page.text]).toEqual([403, expect.stringContaining("no longer in 'leads'")]);
    expect((await desk.send(link, 'approve', {}, nonce)).status).toBe(403);
    expect(desk.log.at(-1)).toMatchObject({ type: 'attempt_refused', person: 'dan', code: 'not_eligible' });
    for (const person of ['bob', 'carol']) await desk.send(await desk.link(person), 'approve');
    expect(desk.request).toMatchObject({ status: 'settled', outcome: 'approved' });
  });

  test('does not hand on what they do not have any more, nor comment on it', async () => {
    const desk = await asked();
    const link = await desk.link('dan');
    const nonce = await desk.nonce(link);
    desk.publish(grouped('carol'));
    expect((await desk.send(link, 'delegate', { delegateTo: 'alice@example.com' }, nonce)).status).toBe(403);
    expect((await desk.send(link, 'comment', { comment: 'well' }, nonce)).status).toBe(403);
  });

  test('has agreed to nothing: no vote passes by it, and the next sweep asks anew, keeping the votes that stand', async () => {
    const desk = await asked();
    await desk.send(await desk.link('dan'), 'approve');
    desk.publish(grouped('carol'));
    const said = await desk.send(await desk.link('bob'), 'approve');
    expect([said.status, desk.request.status]).toEqual([409, 'pending']);
    expect(desk.log.at(-1)).toMatchObject({ type: 'attempt_refused', code: 'gate_changed' });
    await swept(desk);
    const { round } = desk.request;
    expect(round).toMatchObject({
      round: 2,
      votes: [],
      reason: expect.stringContaining('group by which they were asked'),
    });
    expect(round.gate.stages[0]?.approvers.map(({ person }) => person)).toEqual(['carol', 'bob']);
    for (const person of ['bob', 'carol']) await desk.send(await desk.link(person), 'approve');
    expect(desk.request).toMatchObject({ status: 'settled', outcome: 'approved' });
  });

  test('whom nobody needs is refused, and nobody is asked again', async () => {
    const desk = await asked();
    desk.publish(grouped('carol'));
    const { seq } = desk.request;
    await swept(desk);
    expect(desk.request.seq).toBe(seq);
  });

  test('has the seat again once they are in the group again; a group within the group will do', async () => {
    const desk = await asked();
    const link = await desk.link('dan');
    desk.publish(grouped('carol'));
    expect((await desk.show(link)).status).toBe(403);
    desk.publish(grouped('carol, inner', '\n    inner: [dan]'));
    expect((await desk.send(link, 'approve')).status).toBe(200);
  });
});

test('R43 people who were published by a version that kept no groups lose none', async () => {
  const desk = await asked();
  desk.publish(grouped('carol'));
  for (const person of desk.fakes.tables.people.values()) delete (person as { groups?: unknown }).groups;
  expect((await desk.send(await desk.link('dan'), 'approve')).status).toBe(200);
});

test('R18 a vote makes no call for it where nothing was published since its round was planned', async () => {
  const desk = await asked();
  for (const person of ['dan', 'bob']) await desk.send(await desk.link(person), 'approve');
  expect([desk.request.status, calls(desk)]).toEqual(['settled', 0]);
});

test('R18 whoever came in by a policy that is taken back again has agreed to nothing either', async () => {
  const desk = await Desk.asked(grouped('dan'));
  const first = grouped('dan');
  await desk.send(await desk.link('dan'), 'approve');
  // Dan is out, Carol in: the round after asks her; then the first policy is in force again.
  desk.publish(grouped('carol'));
  await swept(desk);
  expect(desk.request.round.round).toBe(2);
  await desk.send(await desk.link('carol'), 'approve');
  desk.publish(first);
  expect((await desk.send(await desk.link('bob'), 'approve')).status).toBe(409);
  await swept(desk);
  expect(desk.request.round.round).toBe(3);
  expect(desk.request.round.gate.stages[0]?.approvers.map(({ person }) => person)).toEqual(['dan', 'bob']);
});

describe('R18 W4 a seat that is held for somebody', () => {
  const away = (leads: string) =>
    grouped(leads).replace(
      'email: dan@example.com }',
      'email: dan@example.com, out_of_office: [{ from: "2020-01-01", to: "2040-01-01", cover: erin }] }',
    );

  test('is lost with the group of whom they cover for, at the cost of one call where a policy was published since', async () => {
    const desk = await Desk.asked(away('carol, dan'));
    const link = await desk.link('erin');
    const nonce = await desk.nonce(link);
    expect(calls(desk)).toBe(0);
    desk.publish(away('carol'));
    const page = await desk.show(link);
    expect([page.status, page.text, calls(desk)]).toEqual([403, expect.stringContaining('for somebody'), 1]);
    expect((await desk.send(link, 'approve', {}, nonce)).status).toBe(403);
  });

  test('stays where another has left the group', async () => {
    const desk = await Desk.asked(away('carol, dan'));
    desk.publish(away('dan'));
    expect((await desk.send(await desk.link('erin'), 'approve')).status).toBe(200);
  });
});
