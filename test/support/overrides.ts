import { personLogId } from '../../core/canonical.ts';
import { fold } from '../../core/fold.ts';
import { foldPerson, type PersonRecord } from '../../core/person/fold.ts';
import type { EmergencyRule, Policy } from '../../core/policy/policy.ts';
import type { Request } from '../../core/request.ts';
import { openRequest } from '../../lambdas/commands/open-request.ts';
import { runCommand } from '../../lambdas/commands/run-command.ts';
import { vote } from './core-fixtures.ts';
import type { Fakes } from './fakes.ts';
import { policyOf } from './situations.ts';

const source = 'events:demo.shop@000000000000';
const hour = 3600;

/** frank is on call and approves overrides, erin leads and reviews them within an hour; who is listed acts first. */
export function emergencyPolicy(actFirst: string[] = [], more: Partial<EmergencyRule> = {}): Policy {
  return policyOf({
    sources: { '*': { may_name: ['*'], environments: ['*'], facts: ['*'] } },
    emergency: {
      criteria: [],
      stage: { name: 'emergency_bypass', approvers: ['frank'], rule: 'any', timeout: hour / 2 },
      actFirst,
      review: { name: 'review', approvers: ['technical_lead'], rule: 'any', timeout: hour },
      ...more,
    },
  });
}

/** alice asks for an override. */
export async function askForOverride(
  fakes: Fakes,
  requestId: string,
  more: { requestedBy?: string; person?: string; title?: string } = {},
): ReturnType<typeof openRequest> {
  const { requestedBy = 'alice@example.com', person, title = `Restart ${requestId}` } = more;
  const pointer = await fakes.policy.pointer();
  const version = pointer?.version ?? '';
  return openRequest(
    fakes,
    { policy: await fakes.policy.version(version), version },
    {
      source,
      verified: { via: person ? 'api' : 'event', account: '000000000000', ...(person && { person }) },
      ask: {
        requestId,
        title,
        environment: 'production',
        risk: 'high',
        priority: 'critical',
        payload: { restart: requestId },
        override: { justification: 'checkout is down' },
      },
      requestedBy,
      fallbackKey: requestId,
      commandId: `event:${requestId}`,
      tasks: [],
    },
  );
}

export function personRecord(fakes: Fakes, person: string): PersonRecord | undefined {
  return foldPerson(fakes.tables.personLogs.get(personLogId(person)) ?? []);
}

export function requestIn(fakes: Fakes, id: string | undefined): Request | undefined {
  return fold(fakes.tables.log.get(id ?? '') ?? []);
}

/** Somebody answers, as their link lets them. */
export async function answered(fakes: Fakes, id: string, person: string, answer: string): Promise<void> {
  const request = requestIn(fakes, id);
  if (!request) throw new Error(`there is no request ${id}`);
  const { round, stage, shownDigest } = request.round;
  const expires = Math.floor(fakes.now.getTime() / 1000) + hour;
  const at = { id, round, stage, expires };
  const done = await runCommand(fakes, id, vote(person, answer, { at, shownDigest }));
  if (done.kind === 'refused') throw new Error(done.refusal.message);
}
