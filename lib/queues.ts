import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DeadLetterQueue, HouseQueue } from './constructs/house-queue.ts';

/** The two retry queues, on which a try comes every minute for an hour, and where what is lost ends up. */
export class Queues extends Construct {
  /** How long one message may take: the timeout of the function that works on the retry queues. */
  readonly workTime = Duration.seconds(30);
  /** Answers to waiting tasks that failed: alone, so that a mail provider that is down delays none. */
  readonly resume = new HouseQueue(this, 'Resume', { workTime: this.workTime, attempts: 60 });
  /** Mail, timers, events, read model. */
  readonly rest = new HouseQueue(this, 'Rest', { workTime: this.workTime, attempts: 60 });
  /** Records of the log's stream that could not even be put on a retry queue: positions, not items. */
  readonly streamDeadLetters = new DeadLetterQueue(this, 'StreamDeadLetters');
  /** Events that no target took, or whose function gave up. */
  readonly eventDeadLetters = new DeadLetterQueue(this, 'EventDeadLetters');
  /** Schedules that could not be delivered, or whose function gave up. */
  readonly timerDeadLetters = new DeadLetterQueue(this, 'TimerDeadLetters');
}
