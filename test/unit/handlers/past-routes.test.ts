import { listLogs } from '../../../lambdas/handlers/past-routes.ts';

const page = (ids: string[], next?: string) => ({ since: async () => ({ ids, ...(next !== undefined && { next }) }) });
const reading = (of: (id: string) => object[]) => ({ read: async (id: string) => of(id) as never });

test('a page of logs, and where to go on', async () => {
  const log = reading((id) => [{ id, seq: 1 }]);
  expect(await listLogs({ log, past: page(['a', 'b'], 'b') }, { since: '2026-11-01' })).toEqual({
    status: 200,
    body: {
      logs: [
        { id: 'a', entries: [{ id: 'a', seq: 1 }] },
        { id: 'b', entries: [{ id: 'b', seq: 1 }] },
      ],
      next: 'b',
    },
  });
});

test('a page ends sooner where its logs are large, and never empty', async () => {
  const log = reading(() => [{ text: 'x'.repeat(1_500_000) }]);
  const { body } = await listLogs({ log, past: page(['a', 'b', 'c'], 'c') }, { since: '2026-11-01' });
  expect(body).toMatchObject({ next: 'a', logs: [{ id: 'a' }] });
  const huge = reading(() => [{ text: 'x'.repeat(3_000_000) }]);
  expect((await listLogs({ log: huge, past: page(['a', 'b']) }, { since: '2026-11-01' })).body).toMatchObject({
    next: 'a',
  });
});

test.each([[undefined], ['yesterday'], ['']])('since %j is refused', async (since) => {
  expect(await listLogs({ log: reading(() => []), past: page([]) }, { since })).toMatchObject({ status: 400 });
});
