import { answerOf } from './answer.ts';
import { ruleInWords } from './gate.ts';
import type { Json } from './json.ts';
import type { Maintenance } from './maintenance/window.ts';
import { deadlineOf, isUnreachable, type Request, type Round, windowInForce } from './request.ts';

/** Where a request stands, as the API tells it. `payload`: the decided payload, where the answer carries it. */
export function requestAsJson(request: Request, payload: Json | undefined): Record<string, unknown> {
  const { round } = request;
  return {
    id: request.id,
    source: request.source,
    requestId: request.requestId,
    status: request.status,
    ...(request.status !== 'pending' && { outcome: request.outcome }),
    claim: request.claim,
    verified: request.verified,
    digest: round.digest,
    policyVersion: round.policyVersion,
    round: round.round,
    stages: stagesOf(round, request.status === 'pending'),
    ...(request.status === 'pending' && { deadline: deadlineOf(request) }),
    ...(request.status === 'granted' && { effectAt: request.effectAt }),
    ...(isUnreachable(request) && { unreachable: request.unreachable?.problems }),
    ...(request.maintenance && { window: windowAsJson(request, request.maintenance) }),
    tasks: request.tasks.map(({ key, execution, state }) => ({ key, ...(execution && { execution }), state })),
    votes: round.votes.map(({ seq, at, by, answer, comment, conditions, stage }) => ({
      seq,
      at,
      stage: round.gate.stages[stage]?.name,
      by,
      answer,
      ...(comment !== undefined && { comment }),
      ...(conditions && { conditions }),
    })),
    comments: request.comments.map(({ at, by, comment }) => ({ at, by, comment })),
    notNotified: request.notNotified,
    ...(request.status === 'settled' && {
      answer: answerOf(request, payload),
      settledAt: request.settledAt,
    }),
    auditHead: request.head,
    seq: request.seq,
    openedAt: request.openedAt,
  };
}

/** A maintenance window, where it stands, and how many requests it let through. */
function windowAsJson(request: Request, { window, through, ended }: Maintenance) {
  const { from, to, environments, sources, stakeholders } = window;
  const inForce = windowInForce(request) !== undefined;
  const state = request.status === 'settled' ? (inForce ? 'in_force' : 'over') : 'asked';
  return { from, to, environments, sources, stakeholders, state, through: through.length, ...(ended && { ended }) };
}

function stagesOf(round: Round, pending: boolean) {
  return round.gate.stages.map((stage, index) => ({
    name: stage.name,
    rule: ruleInWords(stage),
    open: pending && index === round.stage,
    approvers: stage.approvers.map(({ name, address, person }) => ({
      name,
      address,
      standing:
        round.votes.find((vote) => vote.stage === index && vote.person === person)?.answer ??
        (index < round.stageBegan.length ? 'asked' : 'not asked yet'),
    })),
  }));
}
