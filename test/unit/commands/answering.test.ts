import { limits } from '../../../core/limits.ts';
import { answerReview, showReview } from '../../../lambdas/handlers/review-routes.ts';
import { Memory } from '../../support/crash/memory.ts';
import type { Fakes } from '../../support/fakes.ts';

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

const reached = { ip: '192.0.2.1', userAgent: 'a phone' };

async function pending(): Promise<Memory> {
  const cloud = new Memory();
  await cloud.play([{ do: 'open' }]);
  return cloud;
}

function linkTo(cloud: Memory, who: string): string {
  const mail = cloud.fakes.outside.mails.find(({ to }) => to === `${who}@example.com`);
  return /\/r\/([A-Za-z0-9_-]{88})/.exec(mail?.text ?? '')?.[1] ?? '';
}

async function nonceOf(services: Fakes, link: string): Promise<string> {
  const { html } = await showReview(services, link);
  return /name="nonce" value="([^"]+)"/.exec(html)?.[1] ?? '';
}

const send = (services: Fakes, link: string, nonce: string, answer = 'approve', ours = true) =>
  answerReview(services, link, { body: { nonce, answer, comment: '', conditions: '' }, ours, reached });

test('R14 whatever a vote depends on fails, before or after: a fault, and the request is pending with no vote or with one', async () => {
  const start = await pending();
  const link = linkTo(start, 'bob');
  const nonce = await nonceOf(start.fakes, link);
  const observed = start.fakes.restarted();
  const names: string[] = [];
  observed.hook = ({ name }, when) => void (when === 'before' && names.push(name));
  await showReview(observed, link);
  const dependencies = [...new Set(names)];
  expect(dependencies.sort()).toEqual(['linkKeys.of', 'log.read', 'policy.pointerAndPerson']);
  for (const failing of [...dependencies, 'log.append']) {
    for (const side of ['before', 'after'] as const) {
      const process = start.fakes.restarted();
      process.hook = ({ name }, when) => {
        if (name === failing && when === side) throw new Error(`${failing} failed`);
      };
      await expect(send(process, link, nonce)).rejects.toThrow(`${failing} failed`);
      expect(start.request?.status).toBe('pending');
    }
  }
  expect(start.request?.round.votes).toHaveLength(1);
});

test('R55 the reply to the write of a vote is lost: sent again, the page says that it was recorded', async () => {
  const cloud = await pending();
  const link = linkTo(cloud, 'bob');
  const nonce = await nonceOf(cloud.fakes, link);
  const process = cloud.fakes.restarted();
  process.hook = ({ name }, when) => {
    if (name === 'log.append' && when === 'after') throw new Error('the connection broke');
  };
  await expect(send(process, link, nonce)).rejects.toThrow('the connection broke');
  const page = await send(cloud.fakes, link, nonce);
  expect(page.status).toBe(200);
  expect(page.html).toContain('Recorded: you <bdi>approved</bdi>.');
  expect(cloud.request?.round.votes).toHaveLength(1);
});

test('R5 the same answer sent ten times has one effect and ten equal answers', async () => {
  const cloud = await pending();
  const link = linkTo(cloud, 'bob');
  const nonce = await nonceOf(cloud.fakes, link);
  const pages = [];
  for (let times = 0; times < 10; times++) pages.push(await send(cloud.fakes, link, nonce));
  expect(new Set(pages.map(({ html }) => html)).size).toBe(1);
  expect(cloud.request?.round.votes).toHaveLength(1);
});

test('R4 approve and reject at the same moment: one is recorded, the other is told so', async () => {
  const cloud = new Memory();
  await cloud.play([{ do: 'open' }, { do: 'settle' }, { do: 'vote', who: 'bob', answer: 'approve' }]);
  const link = linkTo(cloud, 'carol');
  const nonces = [await nonceOf(cloud.fakes, link), await nonceOf(cloud.fakes, link)];
  const pages = await Promise.all(
    ['approve', 'reject'].map((answer, at) => send(cloud.fakes.restarted(), link, nonces[at] ?? '', answer)),
  );
  expect(pages.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(cloud.fakes.tables.log.get(cloud.id)?.filter((entry) => 'outcome' in entry)).toHaveLength(1);
});

test('R57 a link used to be refused 1,000 times leaves a bounded log, and its colleague still decides', async () => {
  const cloud = await pending();
  const link = linkTo(cloud, 'bob');
  const before = cloud.request?.seq ?? 0;
  for (let times = 0; times < 1_000; times++) {
    const page = await send(cloud.fakes, link, 'no nonce of ours', 'approve', false);
    expect(page.status).toBe(403);
  }
  expect((cloud.request?.seq ?? 0) - before).toBe(limits.refusalsPerLink);
  expect(cloud.fakes.outside.counts.filter(({ name }) => name === 'LinkRefused')).toHaveLength(1_000);
  await cloud.perform({ do: 'vote', who: 'carol', answer: 'reject' });
  expect(cloud.request).toMatchObject({ status: 'settled', outcome: 'rejected' });
});
