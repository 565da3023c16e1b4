import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import { DeadLetterQueue, HouseQueue } from './constructs/house-queue.ts';

/** The two retry queues, on which a try comes every minute and a half for an hour, and where what is lost ends up. */
export class Queues extends Construct {
  /**
   * How long bringing one request to what its log says may take: the timeout of the functions that do. More than every
   * reaction's own patience together (lambdas/reactions/reconcile.ts), so that one that hangs still becomes a message.
   */
  readonly workTime = Duration.seconds(60);
  /** Answers to waiting tasks that failed: alone, so that a mail provider that is down delays none. */
  readonly resume: HouseQueue;
  /** Mail, timers, events, read model. */
  readonly rest: HouseQueue;
  /** Records of the log's stream that could not even be put on a retry queue: positions, not items. */
  readonly streamDeadLetters = new DeadLetterQueue(this, 'StreamDeadLetters');
  /** Events that no target took, or whose function gave up. */
  readonly eventDeadLetters = new DeadLetterQueue(this, 'EventDeadLetters');
  /** Schedules that could not be delivered, or whose function gave up. */
  readonly timerDeadLetters = new DeadLetterQueue(this, 'TimerDeadLetters');

  constructor(scope: Construct, id: string, { target }: Configuration) {
    super(scope, id);
    // What failed a moment ago fails again, and what AWS says of an execution lags behind. The local cloud does neither.
    const firstTry = Duration.seconds(target === 'local' ? 2 : 20);
    const patience = { workTime: this.workTime, firstTry, attempts: 40 };
    this.resume = new HouseQueue(this, 'Resume', patience);
    this.rest = new HouseQueue(this, 'Rest', patience);
  }
}
