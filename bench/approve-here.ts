import { requestIdentity } from '../core/canonical.ts';
import { macFromKms } from '../lambdas/adapters/kms-mac.ts';
import { kmsLinkKeys } from '../lambdas/adapters/link-keys.ts';
import { reconcilingServices } from '../lambdas/adapters/services-of/reconciling.ts';
import { reviewServices } from '../lambdas/adapters/services-of/review.ts';
import { environmentOf } from '../lambdas/handlers/environment.ts';
import { handler as openRequest } from '../lambdas/handlers/open-request.ts';
import { handler as react } from '../lambdas/handlers/react.ts';
import { handler as review } from '../lambdas/handlers/review.ts';
import { answerReview, showReview } from '../lambdas/handlers/review-routes.ts';
import { reconcile } from '../lambdas/reactions/reconcile.ts';
import { envelopeOf, invoked, type Path, type Step } from './in-process.ts';
import { browsed, context, streamed } from './lambda-events.ts';
import type { Call } from './recording.ts';
import { type Approvers, askFor, executionOf, gates, longestTaskToken, reference } from './reference-request.ts';

/** The whole path of one approval, each handler invoked in this process as AWS would, one after the other. */
export async function approveHere(approvers: Approvers): Promise<Path> {
  const steps: Step[] = [];
  const { id, links } = await openHere(approvers, steps);
  for (const [index, address] of gates[approvers].people.entries()) {
    const token = links.get(address) ?? '';
    const page = await browse(steps, 'review page', browsed(token));
    const form = { nonce: nonceIn(page), comment: '', conditions: '', answer: 'approve' };
    await browse(steps, `vote ${index + 1}`, browsed(token, form));
    await reactTo(steps, id, index + 2, `reactions to vote ${index + 1}`);
  }
  await reactTo(steps, id, approvers + 2, 'reactions to task_answered');
  return { approvers, steps };
}

async function browse(steps: Step[], what: string, event: ReturnType<typeof browsed>): Promise<string> {
  const { result, step } = await invoked('Review', what, async () => await review(event, context));
  if (result.statusCode !== 200) throw new Error(`${what}: the review function answered ${result.statusCode}`);
  steps.push(step);
  return result.body ?? '';
}

async function reactTo(steps: Step[], id: string, seq: number, what: string): Promise<Call[]> {
  const { result, step } = await invoked('React', what, async () => await react(streamed(id, seq), context));
  if (result.batchItemFailures.length > 0) throw new Error(`${what}: the stream consumer failed`);
  steps.push(step);
  return step.calls;
}

/** Opens a request and sends its mails; answers each approver's link token. */
async function openHere(approvers: Approvers, steps: Step[]): Promise<{ id: string; links: Map<string, string> }> {
  const detail = askFor(approvers);
  const input = envelopeOf(detail);
  const machine = String(process.env.EVENT_MACHINES).split(',')[0] ?? '';
  const handed = {
    execution: executionOf(machine, String(input.id)),
    machine,
    startedAt: new Date().toISOString(),
    input,
    taskToken: longestTaskToken(),
    redriveCount: 0,
  };
  const { step } = await invoked('OpenRequest', 'opening', async () => await openRequest(handed, context));
  steps.push(step);
  const id = requestIdentity(`events:${reference.eventSource}@${reference.account}`, detail.requestId);
  return { id, links: linksIn(await reactTo(steps, id, 1, 'reactions to opened')) };
}

/** The calls of a vote before it is acknowledged: by a warm process, and by one that has derived no key yet. */
export async function voteCalls(): Promise<{ warm: Call[]; cold: Call[] }> {
  const { links } = await openHere(2, []);
  const [first = '', second = ''] = links.values();
  return { cold: await vote(first, true), warm: await vote(second, false) };
}

async function vote(token: string, cold: boolean): Promise<Call[]> {
  const env = environmentOf('review', process.env);
  const services = reviewServices(env);
  const body = {
    nonce: nonceIn((await showReview(services, token)).html),
    answer: 'approve',
    comment: '',
    conditions: '',
  };
  const fresh = { ...services, linkKeys: kmsLinkKeys(macFromKms, env.LINK_KEY_ID) };
  const sent = { body, ours: true, reached: { ip: reference.ip, userAgent: reference.userAgent } };
  const { result, step } = await invoked('Review', 'vote', () => answerReview(cold ? fresh : services, token, sent));
  if (result.status !== 200) throw new Error(`A vote was answered ${result.status}`);
  return step.calls;
}

/** What one sweep costs for one request that waits. */
export async function sweepCalls(): Promise<Call[]> {
  const services = reconcilingServices(environmentOf('sweep', process.env));
  const steps: Step[] = [];
  const { id } = await openHere(1, steps);
  const { step } = await invoked(
    'Sweep',
    'look',
    async () => await reconcile(services, id, { by: 'sweep', inForce: undefined }),
  );
  return step.calls;
}

function linksIn(calls: readonly Call[]): Map<string, string> {
  const mails = calls.filter(({ operation }) => operation === 'SendEmail').map(({ input }) => JSON.stringify(input));
  return new Map(
    mails.flatMap((mail) => {
      const to = /"ToAddresses":\["([^"]+)"\]/.exec(mail)?.[1];
      const token = /\/r\/([A-Za-z0-9_-]{88})/.exec(mail)?.[1];
      return to && token ? [[to, token] as const] : [];
    }),
  );
}

/** The nonce in a page's form. */
export function nonceIn(html: string): string {
  const nonce = /name="nonce" value="([^"]+)"/.exec(html)?.[1];
  if (!nonce) throw new Error('The review page has no form.');
  return nonce;
}
