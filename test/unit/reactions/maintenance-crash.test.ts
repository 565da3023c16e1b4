import { requestIdentity } from '../../../core/canonical.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { rowOf } from '../../../lambdas/reactions/row.ts';
import { sweep } from '../../../lambdas/reactions/sweep.ts';
import { type Fakes, fakeServices } from '../../support/fakes.ts';
import { answered } from '../../support/overrides.ts';
import { at, deploy, logged, react, scheduled, wayOf, windowPolicy } from '../../support/windows.ts';

beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => jest.restoreAllMocks());

function published(): Fakes {
  const fakes = fakeServices();
  fakes.publish(windowPolicy());
  return fakes;
}

const validationOf = (id: string) => requestIdentity('countersign:maintenance_validation', `validation:${id}`);
const subjectsTo = (fakes: Fakes, to: string) =>
  fakes.outside.mails.filter((mail) => mail.to === to).map(({ subject }) => subject);

const modes = ['before', 'after'] as const;

test('R37 crashed before and after each call of its life, it begins, is told of, ends and is validated all the same, once', async () => {
  const story = async (crashAt: number, when: (typeof modes)[number]): Promise<number> => {
    const fakes = published();
    let calls = 0;
    let crashed = false;
    const crash = async (work: (services: Fakes) => Promise<unknown>) => {
      const process = fakes.restarted();
      process.hook = (_, side) => {
        if (side === 'before') calls++;
        if (!crashed && calls === crashAt && side === when) {
          crashed = true;
          throw new Error('failed here');
        }
      };
      await work(process).catch(() => undefined);
    };
    const mend = async () => {
      fakes.advance(200);
      for (const { kind, seq, ...message } of fakes.outside.retries.splice(0))
        if (kind !== 'everything') await reconcile(fakes, message.id, { by: 'retry', kind, seq, last: false });
      await sweep(fakes);
      await react(fakes);
    };
    const id = await scheduled(fakes);
    const stream = () => crash((services) => reconcile(services, id, { by: 'stream' }));
    const timer = () => crash((services) => reconcile(services, id, { by: 'timer' }));
    await stream();
    await mend();
    await answered(fakes, id, 'erin', 'approve');
    await stream();
    await mend();
    for (const time of [at(20), at(30)]) {
      fakes.now = new Date(time);
      await timer();
      await stream();
      await mend();
    }
    await crash((services) => deploy(services, 'inside'));
    if (wayOf(await deploy(fakes, 'inside')) !== 'bypassed') throw new Error('not let through');
    await mend();
    fakes.now = new Date(at(90));
    await timer();
    await stream();
    await mend();

    const types = fakes.tables.log.get(id)?.map(({ type }) => type) ?? [];
    expect(types).toEqual([
      'opened',
      'decided',
      'window_announced',
      'took_effect',
      'let_through',
      'window_ended',
      'review_opened',
    ]);
    expect(new Set(subjectsTo(fakes, 'head@example.com'))).toEqual(
      new Set(
        ['Maintenance ahead', 'Maintenance has begun', 'Maintenance is over'].map(
          (news) => `${news}: Move the database`,
        ),
      ),
    );
    expect(subjectsTo(fakes, 'head@example.com').length).toBeLessThanOrEqual(crashed ? 4 : 3);
    const validation = logged(fakes, validationOf(id));
    expect(validation.status).toBe('pending');
    const { payload } = validation.round;
    expect(JSON.parse('text' in payload ? payload.text : '').requests).toMatchObject([{ requestId: 'inside' }]);
    expect(fakes.tables.standing).toMatchObject({ windows: new Map(), asked: new Set() });
    for (const one of [id, validation.id]) expect(fakes.tables.rows.get(one)).toEqual(rowOf(logged(fakes, one)));
    return calls;
  };
  const undisturbed = await story(0, 'before');
  expect(undisturbed).toBeGreaterThan(60);
  for (let n = 1; n <= undisturbed; n++)
    for (const when of modes)
      try {
        await story(n, when);
      } catch (error) {
        throw new Error(`failed ${when} call ${n}: ${error instanceof Error ? error.message : error}`);
      }
}, 120_000);
