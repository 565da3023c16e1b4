import { canonicalJson, sha256Hex } from '../../../core/canonical.ts';
import { fold } from '../../../core/fold.ts';
import { shownDigest } from '../../../core/shown.ts';
import { runCommand } from '../../../lambdas/commands/run-command.ts';
import { auditLog, entriesOf } from './audit.ts';

/**
 * Opens a request's next round with another payload, as an edit by an approver will: nothing outside asks for that yet,
 * so the command is decided here and its entry appended under the account's root. The stream does the rest.
 */
export async function openNextRound(id: string, payload: unknown, reason: string): Promise<void> {
  const request = fold(await entriesOf(id));
  if (!request) throw new Error(`there is no request ${id}`);
  const text = canonicalJson(payload);
  const digest = sha256Hex(text);
  const { source, requestId, claim, verified } = request;
  const { gate, policyVersion, round } = request.round;
  const shown = shownDigest({ id, source, requestId, round: round + 1, claim, verified, digest, gate });
  const done = await runCommand({ log: auditLog(), clock: () => new Date() }, id, {
    type: 'open_round',
    commandId: `test:round:${round + 1}`,
    reason,
    payload: { text },
    digest,
    shownDigest: shown,
    gate,
    policyVersion,
    carried: [],
  });
  if (done.kind !== 'appended') throw new Error(`the round was not opened: ${JSON.stringify(done)}`);
}
