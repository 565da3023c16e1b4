import { canonicalJson, digestOf, requestIdentity, sha256Hex } from '../../core/canonical.ts';
import type { Claim, Excluded, Verified } from '../../core/claim.ts';
import type { Gate } from '../../core/gate.ts';
import type { Json } from '../../core/json.ts';
import type { ownSources } from '../../core/policy/own-sources.ts';
import type { Request } from '../../core/request.ts';
import { shownDigest } from '../../core/shown.ts';
import type { PayloadStore, Services } from '../services.ts';
import { type Done, runCommand } from './run-command.ts';
import { storePayload } from './stored-payload.ts';

/** A request that Countersign opens itself: because of another, or because somebody asked it for that. Nothing waits for it. */
export interface OwnRequest {
  source: (typeof ownSources)[keyof typeof ownSources];
  /** Its key, which with the source makes its `id`: opening it again finds it. */
  requestId: string;
  claim: Claim;
  /** AWS account of the request it is about, or of whoever asks. */
  account: string;
  /** Who asks, where that is somebody. */
  verified?: Verified;
  /** What tells the same key with the same content; left out: claim and payload. */
  contentDigest?: string;
  excluded: Excluded;
  payload: Json;
  gate: Gate;
  /** Nobody has to be asked: it is settled as this at once. */
  outcome?: 'bypassed';
  /** The version the gate was resolved by. */
  policyVersion: string;
}

/**
 * Opens a request of our own; where it is there already, answers it as it is. The caller sees to it that the sweep finds
 * it if its stream record is lost. Throws where a dependency fails.
 */
export async function openOwnRequest(services: OwnServices, own: OwnRequest): Promise<Request> {
  const done = await openOwn(services, own);
  if (done.kind === 'refused') throw new Error(`our own request ${own.requestId} was refused: ${done.refusal.message}`);
  return done.request;
}

export type OwnServices = Pick<Services, 'log' | 'clock' | 'metrics'> & { payloads: Pick<PayloadStore, 'put'> };

/** The same where its key is somebody's: one that names another request already is refused. */
export async function openOwn(services: OwnServices, own: OwnRequest): Promise<Done> {
  const { source, requestId, claim, excluded, gate, outcome, policyVersion } = own;
  const id = requestIdentity(source, requestId);
  const text = canonicalJson(own.payload);
  const digest = sha256Hex(text);
  const payload = await storePayload(services, id, digest, text);
  const verified = own.verified ?? { via: 'own' as const, account: own.account };
  const round = { digest, gate, shownDigest: shownDigest({ ...own, id, round: 1, verified, digest }) };
  const done = await runCommand(services, id, {
    type: 'open',
    commandId: `own:${requestId}`,
    contentDigest: own.contentDigest ?? digestOf({ claim, digest }),
    verified,
    tasks: [],
    opening: { id, source, requestId, claim, excluded, payload, policyVersion, ...round, ...(outcome && { outcome }) },
  });
  if (done.kind === 'appended') services.metrics.count('RequestOpened');
  return done;
}
