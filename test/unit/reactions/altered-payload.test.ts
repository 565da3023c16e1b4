import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { Memory } from '../../support/crash/memory.ts';

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

test('R9 a stored payload that was changed after the approval is not handed on: the work is not resumed', async () => {
  const cloud = new Memory();
  const approval = (who: 'bob' | 'carol') => ({ do: 'vote', who, answer: 'approve' }) as const;
  await cloud.play([{ do: 'open' }, { do: 'settle' }, approval('bob')]);
  await cloud.perform(approval('carol'));
  const [opened] = cloud.fakes.tables.log.get(cloud.id) ?? [];
  if (opened?.type !== 'opened' || !('text' in opened.payload)) throw new Error('no payload in the opening');
  const recorded = opened.payload.text;
  const states = () => cloud.request?.tasks.map(({ state }) => state);

  opened.payload.text = '{"replicas":4000}';
  const lastTry = { by: 'retry' as const, kind: 'resume' as const, seq: 0, last: true };
  await expect(reconcile(cloud.fakes, cloud.id, lastTry)).rejects.toThrow(
    'does not carry the hash of the entry before',
  );
  opened.payload.text = recorded;
  expect(states()).toEqual(['waiting']);

  // As it was approved, it is.
  await reconcile(cloud.fakes, cloud.id, lastTry);
  expect(states()).toEqual(['delivered']);
});
