import { answerCall } from '../../../lambdas/handlers/api-routes.ts';
import { Memory } from '../../support/crash/memory.ts';

const account = '000000000000';
const erin = { arn: `arn:aws:sts::${account}:assumed-role/operators/erin`, account };
const pipeline = { arn: `arn:aws:sts::${account}:assumed-role/pipeline/run-42`, account };

/** A request that waits, and how to have its links reissued; how often they were, for whom, is in its log. */
async function waiting() {
  const cloud = new Memory();
  await cloud.play([{ do: 'open' }]);
  const reissue = async (body: object, principal = erin) => {
    const call = { route: 'POST /requests/{id}/links', principal, id: cloud.id, query: {}, body };
    return (await answerCall(cloud.fakes, call)).status;
  };
  const reissued = () =>
    (cloud.fakes.tables.log.get(cloud.id) ?? []).flatMap((entry) =>
      entry.type === 'links_reissued' ? [entry.person ?? 'everybody'] : [],
    );
  return { reissue, reissued };
}

test('R5 links are reissued once under one command id, however often the call is repeated', async () => {
  const { reissue, reissued } = await waiting();
  for (let times = 0; times < 3; times++) expect(await reissue({ person: 'bob', commandId: 'one' })).toBe(200);
  expect(reissued()).toEqual(['bob']);
});

test('another command id, person or caller is another command, and so is a call without an id', async () => {
  const { reissue, reissued } = await waiting();
  await reissue({ person: 'bob', commandId: 'one' });
  await reissue({ person: 'bob', commandId: 'two' });
  await reissue({ person: 'carol', commandId: 'one' });
  await reissue({ commandId: 'one' });
  await reissue({ person: 'carol', commandId: 'one' }, pipeline);
  await reissue({ person: 'bob' });
  await reissue({ person: 'bob' });
  expect(reissued()).toEqual(['bob', 'bob', 'carol', 'everybody', 'carol', 'bob', 'bob']);
});

test.each([{ commandId: '' }, { commandId: 7 }, { commandId: 'x'.repeat(1_000) }, { commandID: 'one' }])(
  'R24 %j is refused',
  async (body) => {
    const { reissue, reissued } = await waiting();
    expect(await reissue(body)).toBe(400);
    expect(reissued()).toEqual([]);
  },
);
