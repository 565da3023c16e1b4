import { Stack } from 'aws-cdk-lib';
import { type PrincipalBase, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * Every role, made first and empty: what each may do stands in lib/access.ts, and the bus and the link key name them in
 * policies of their own. No managed policy, no session of a person.
 */
export class Roles extends Construct {
  readonly openRequest = this.role('OpenRequest', 'Opens requests: from events, from executions');
  readonly cancelRequest = this.role('CancelRequest', 'Takes requests back');
  readonly review = this.role('Review', 'Shows requests to approvers and records their decisions');
  readonly api = this.role('Api', 'Opens, shows and cancels requests for IAM principals');
  readonly publish = this.role('Publish', 'Publishes policies and rotates link keys: nobody else writes either');
  /**
   * One role for the stream, the retry queues, the deadlines and the sweep: they run the same function, `reconcile`, and
   * differ only in who calls it. Four roles would be four copies of one list.
   */
  readonly reconciler = this.role('Reconciler', 'Brings mail, timers, events and waiting tasks to what the log says');
  readonly executionEnded = this.role('ExecutionEnded', 'Notes that an execution stopped waiting');
  /** What schedules assume: it may start the deadline function, and do nothing else. */
  readonly schedule = this.role(
    'Schedule',
    'Starts the deadline function',
    new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    }),
  );

  /** Those that emit `source: countersign`. */
  get emitters(): Role[] {
    return [this.openRequest, this.cancelRequest, this.api, this.reconciler];
  }

  private role(
    id: string,
    description: string,
    assumedBy: PrincipalBase = new ServicePrincipal('lambda.amazonaws.com'),
  ) {
    return new Role(this, id, { description, assumedBy });
  }
}
