import { SESServiceException } from '@aws-sdk/client-ses';
import { Fault } from './boundaries.ts';
import { check, checkReview, heardRefusal, refusedOnly } from './check.ts';
import { abort } from './executions.ts';
import { crowd, sweepDigests } from './flood.ts';
import {
  answer,
  askForLink,
  bob,
  callApi,
  cancelEvent,
  carol,
  giveUpOpening,
  isAnswered,
  linkTo,
  openByApi,
  openByEvent,
  openByMachine,
  openOnce,
} from './people.ts';
import { tables } from './place.ts';
import { emergency, policyOf, publication, publish, turnKeys, versionOf } from './publishing.ts';
import type { World } from './world.ts';

/** Mails that have to have gone out: to whom, and how many of them ask and how many tell. */
export type Mails = Record<string, { asks?: number; tells?: number }>;

export interface Scenario {
  title: string;
  /** Does it publish, into a policy table of its own? */
  publishes?: true;
  play(world: World): Promise<Mails>;
}

const throttled = new SESServiceException({
  name: 'Throttling',
  $fault: 'client',
  $metadata: { httpStatusCode: 400 },
});
const alice = 'alice@example.com';
const settledByBob: Mails = { [bob]: { asks: 1, tells: 1 }, [alice]: { tells: 1 } };
const events = 'events:demo.shop@000000000000';

/** A request that waits, made where nothing crashes. */
async function pending(world: World, more: object = {}): Promise<void> {
  await world.calmly(async () => {
    await openByMachine(world, more);
    await world.settleDown();
  });
}

export const scenarios: Scenario[] = [
  {
    title: 'opened by the state machine, and the approver asked',
    async play(world) {
      await openByMachine(world);
      await world.settleDown();
      await check(world, { id: world.idOf() });
      return { [bob]: { asks: 1 } };
    },
  },
  {
    title: "opened by an event with its caller's own task, then approved",
    async play(world) {
      await openByEvent(world);
      await world.calmly(async () => {
        await world.settleDown();
        await answer(world, bob, 'approve');
      });
      await world.settleDown();
      await check(world, { id: world.idOf(events), outcome: 'approved', votes: [bob] });
      return settledByBob;
    },
  },
  {
    title: 'opened by the API, taken back by the API',
    async play(world) {
      const id = await openByApi(world);
      await world.calmly(() => world.settleDown());
      await callApi(world, 'POST /requests/{id}/cancel', { reason: 'not needed' }, id);
      await world.calmly(() => world.settleDown());
      await check(world, { id, outcome: 'cancelled' });
      return settledByBob;
    },
  },
  {
    title: 'a vote that counts, and the vote that settles',
    async play(world) {
      await pending(world, { risk: 'medium' });
      expect((await answer(world, bob, 'approve')).statusCode).toBe(200);
      await world.settleDown();
      expect((await answer(world, carol, 'approve')).statusCode).toBe(200);
      await world.calmly(() => world.settleDown());
      await check(world, { id: world.idOf(), outcome: 'approved', votes: [bob, carol] });
      return { [bob]: { asks: 1, tells: 1 }, [carol]: { asks: 1, tells: 1 }, [alice]: { tells: 1 } };
    },
  },
  {
    title: 'a rejection, and all that follows from it',
    async play(world) {
      await pending(world);
      await world.calmly(() => answer(world, bob, 'reject'));
      await world.settleDown();
      await check(world, { id: world.idOf(), outcome: 'rejected', votes: [bob] });
      return settledByBob;
    },
  },
  {
    title: 'two stages, the second asked when the first has passed',
    async play(world) {
      await pending(world, { risk: 'critical' });
      await world.calmly(() => answer(world, bob, 'approve'));
      await world.settleDown();
      await world.calmly(async () => {
        await answer(world, carol, 'approve');
        await world.settleDown();
      });
      await check(world, { id: world.idOf(), outcome: 'approved', votes: [bob, carol] });
      return { [bob]: { asks: 1, tells: 1 }, [carol]: { asks: 1, tells: 1 }, [alice]: { tells: 1 } };
    },
  },
  {
    title: 'expiry by its timer',
    async play(world) {
      await pending(world);
      world.later(25 * 3600);
      await world.insist('deadline', { id: world.idOf() });
      await world.calmly(() => world.settleDown());
      await check(world, { id: world.idOf(), outcome: 'expired' });
      return settledByBob;
    },
  },
  {
    title: 'a timer that fires too early arms itself again',
    async play(world) {
      await pending(world);
      await world.insist('deadline', { id: world.idOf() });
      await world.settleDown();
      await check(world, { id: world.idOf() });
      return { [bob]: { asks: 1 } };
    },
  },
  {
    title: 'cancelled by an event',
    async play(world) {
      await world.calmly(async () => {
        await openByEvent(world);
        await world.settleDown();
      });
      await world.insist('cancel-request', cancelEvent(world));
      await world.calmly(() => world.settleDown());
      await check(world, { id: world.idOf(events), outcome: 'cancelled' });
      return settledByBob;
    },
  },
  {
    title: 'the current link asked for from a dead one',
    async play(world) {
      await pending(world);
      const dead = linkTo(world, bob);
      await world.calmly(async () => {
        await callApi(world, 'POST /requests/{id}/links', { person: 'bob' }, world.idOf());
        await world.settleDown();
      });
      expect((await askForLink(world, dead)).statusCode).toBe(202);
      await world.calmly(() => world.settleDown());
      await world.calmly(async () => {
        await answer(world, bob, 'approve');
        await world.settleDown();
      });
      await check(world, { id: world.idOf(), outcome: 'approved', votes: [bob] });
      return { [bob]: { asks: 3, tells: 1 }, [alice]: { tells: 1 } };
    },
  },
  {
    title: 'an execution that was aborted leaves its request',
    async play(world) {
      await pending(world);
      const [waiting] = [...world.executions.values()];
      if (!waiting) throw new Error('nothing waits');
      await abort(waiting);
      const detail = { executionArn: waiting.arn, status: 'ABORTED' };
      await world.insist('execution-ended', { source: 'aws.states', detail });
      await world.calmly(() => world.settleDown());
      await check(world, { id: world.idOf(), outcome: 'cancelled', abandoned: [waiting.arn] });
      return settledByBob;
    },
  },
  {
    title: 'everything outside was down when it was settled: each reaction waits in its queue',
    async play(world) {
      await pending(world);
      await world.calmly(async () => {
        await answer(world, bob, 'approve');
        world.run.outage = ({ service, operation, about }) => {
          if (service === 'ses') throw throttled;
          const down = ['sfn', 'scheduler', 'eventbridge'].includes(service);
          if (down || (operation === 'PutItem' && about.endsWith(' row'))) throw new Fault(`${service} is down`);
        };
        await world.deliverStream();
        world.run.outage = () => {};
      });
      expect(world.queued()).toEqual(['event', 'mail', 'resume', 'row', 'timer']);
      world.later(600);
      await world.settleDown();
      await check(world, { id: world.idOf(), outcome: 'approved', votes: [bob] });
      return settledByBob;
    },
  },
  {
    title: 'a request that could not be read when it was settled',
    async play(world) {
      await pending(world);
      await world.calmly(async () => {
        await answer(world, bob, 'approve');
        world.run.outage = ({ service, operation }) => {
          if (service === 'dynamodb' && operation === 'Query') throw new Fault('DynamoDB is down');
        };
        await world.deliverStream();
        world.run.outage = () => {};
      });
      expect(world.queued()).toEqual(['everything', 'resume']);
      await world.settleDown();
      await check(world, { id: world.idOf(), outcome: 'approved', votes: [bob] });
      return settledByBob;
    },
  },
  {
    title: 'R56 the stream record, the timer and the status event are lost: the sweep',
    async play(world) {
      await pending(world);
      await world.calmly(() => answer(world, bob, 'approve'));
      world.loseStream();
      world.later(120);
      await world.insist('sweep', {});
      await world.settleDown();
      await check(world, { id: world.idOf(), outcome: 'approved', votes: [bob] });
      return settledByBob;
    },
  },
  {
    title: 'R42 asked too often in an hour: left to a digest, which the sweep sends',
    async play(world) {
      await crowd(world, 'bob');
      await openByMachine(world);
      await world.settleDown();
      world.later(120);
      await sweepDigests(world);
      await world.calmly(async () => {
        await answer(world, bob, 'approve');
        await world.settleDown();
      });
      await check(world, { id: world.idOf(), outcome: 'approved', votes: [bob] });
      return settledByBob;
    },
  },
  {
    title: 'R56 expired, and nothing fired: the sweep',
    async play(world) {
      await pending(world);
      world.later(25 * 3600);
      await world.insist('sweep', {});
      await world.calmly(() => world.settleDown());
      await check(world, { id: world.idOf(), outcome: 'expired' });
      return settledByBob;
    },
  },
  {
    title: 'R53 a second execution joins what was settled already, and is answered',
    async play(world) {
      await pending(world);
      await world.calmly(async () => {
        await answer(world, bob, 'approve');
        await world.settleDown();
      });
      await openByMachine(world);
      await world.settleDown();
      await check(world, { id: world.idOf(), outcome: 'approved', votes: [bob] });
      return settledByBob;
    },
  },
  {
    title: 'a payload too large for its entry, by reference',
    async play(world) {
      await openByMachine(world, { payload: { notes: 'a line of the plan\n'.repeat(500) } });
      await world.calmly(() => world.settleDown());
      await answer(world, bob, 'approve');
      await world.calmly(() => world.settleDown());
      await check(world, { id: world.idOf(), outcome: 'approved', votes: [bob] });
      return settledByBob;
    },
  },
  {
    title: "R52 an opening that is refused: its own task and the caller's are told so",
    async play(world) {
      await openByEvent(world, { risk: 'no such risk' });
      await refusedOnly(world);
      heardRefusal(world);
      return {};
    },
  },
  {
    title: "R52 an opening that failed for good: the caller's own task is told so",
    async play(world) {
      const caller = await world.execution();
      await giveUpOpening(world, caller);
      await refusedOnly(world);
      heardRefusal(world);
      return {};
    },
  },
  {
    title: 'R52 an opening that ended between its task and its entry, and that nobody repeats: the sweep',
    async play(world) {
      await world.calmly(async () => {
        world.run.outage = ({ operation, about }) => {
          if (operation === 'PutItem' && about === tables.audit) throw new Fault('DynamoDB is down');
        };
        const waiting = await world.execution();
        expect((await openOnce(world, waiting)).failed).toBeDefined();
        world.run.outage = () => {};
      });
      world.later(420);
      await world.insist('sweep', {});
      await refusedOnly(world);
      return {};
    },
  },
  {
    title: 'a policy published that removes an approver',
    publishes: true,
    async play(world) {
      await world.calmly(() => publish(world, ['alice', 'bob', 'carol']));
      const came = await world.invoke('publish-policy', publication(['alice', 'bob']));
      const [before, people] = await policyOf(world);
      // However far it came: whoever votes under the new version was asked by it, and the removed are out first.
      if (before?.version === versionOf(['alice', 'bob'])) expect(people).toEqual(['alice', 'bob']);
      if (came.failed !== undefined || !isAnswered(came.reply)) {
        world.later(130);
        await publish(world, ['alice', 'bob']);
      }
      const [pointer, after] = await policyOf(world);
      expect(pointer?.version).toBe(versionOf(['alice', 'bob']));
      expect(after).toEqual(['alice', 'bob']);
      return {};
    },
  },
  {
    title: 'R22 a link key revoked, and the open links reissued',
    publishes: true,
    async play(world) {
      await world.calmly(() => publish(world, ['alice', 'bob', 'carol']));
      await pending(world);
      const dead = linkTo(world, bob);
      await turnKeys(world, { action: 'revoke', epoch: 1 });
      world.later(300);
      await world.insist('sweep', {});
      await world.calmly(() => world.settleDown());
      expect(linkTo(world, bob)).not.toBe(dead);
      await world.calmly(async () => {
        await answer(world, bob, 'approve');
        await world.settleDown();
      });
      const [pointer] = await policyOf(world);
      expect(pointer).toMatchObject({ epoch: 2, revoked: [{ epoch: 1 }] });
      await check(world, { id: world.idOf(), outcome: 'approved', votes: [bob] });
      return { [bob]: { asks: 2, tells: 1 }, [alice]: { tells: 1 } };
    },
  },
  {
    title: 'R40 an emergency override, and the review that it makes necessary',
    publishes: true,
    async play(world) {
      await world.calmly(() => publish(world, ['alice', 'bob', 'carol'], emergency));
      await openByMachine(world, { override: { justification: 'checkout is down' } });
      await world.calmly(async () => {
        await world.settleDown();
        await answer(world, bob, 'approve');
      });
      await world.settleDown();
      await world.calmly(async () => {
        await answer(world, carol, 'approve');
        await world.settleDown();
      });
      const { id } = await check(world, { id: world.idOf(), outcome: 'bypassed', votes: [bob] });
      await checkReview(world, id, 'alice');
      // Two outcomes: of the override, and of its review.
      return { [bob]: { asks: 1, tells: 1 }, [carol]: { asks: 1, tells: 1 }, [alice]: { tells: 2 } };
    },
  },
];
