import { requestIdentity } from '../../core/canonical.ts';
import { fold } from '../../core/fold.ts';
import { type Link, mintLink } from '../../core/link.ts';
import { loadPolicy } from '../../core/policy/load.ts';
import type { Request } from '../../core/request.ts';
import { openForMachine } from '../../lambdas/commands/open-for-machine.ts';
import { answerReview, showReview } from '../../lambdas/handlers/review-routes.ts';
import { keepStanding } from '../../lambdas/reactions/standing.ts';
import type { FormBody } from '../../lambdas/web/form-body.ts';
import { type Fakes, fakeServices } from './fakes.ts';
import { readingOf } from './markup-reader.ts';
import { policyWith, type Said } from './review-desk.ts';

const source = 'states:countersign-approval';
const states = 'arn:aws:states:us-east-1:000000000000';
const reached = { ip: '192.0.2.1', userAgent: 'a phone' };

/** Low risk: bob alone. */
export const policy = policyWith(['{ name: review, approvers: [bob], rule: any, timeout: 24_hours }']);

/** Several requests under one policy, and what a browser does on their pages: the handler's own code over the fakes. */
export class GroupDesk {
  readonly fakes: Fakes = fakeServices();

  constructor(text = policy) {
    const loaded = loadPolicy(text);
    if (!loaded.ok) throw new Error(`the policy is broken: ${JSON.stringify(loaded.mistakes)}`);
    this.fakes.publish(loaded.policy);
  }

  /** Asks, as ordinarily as can be. Answers the request's `id`. */
  async ask(requestId: string, of: object = {}): Promise<string> {
    const input = {
      ...{ requestId, title: 'Rotate a log', requestedBy: 'alice@example.com', environment: 'production', risk: 'low' },
      ...{ payload: { keep: 4 }, ...of },
    };
    const handed = {
      execution: `${states}:execution:countersign-approval:${requestId}`,
      machine: `${states}:stateMachine:countersign-approval`,
      ...{ startedAt: this.fakes.now.toISOString(), input, taskToken: `token-${requestId}` },
    };
    await openForMachine(this.fakes, handed, { eventMachines: [], account: '000000000000' });
    const id = requestIdentity(source, requestId);
    await this.react(id);
    return id;
  }

  log(id: string) {
    return this.fakes.tables.log.get(id) ?? [];
  }

  request(id: string): Request {
    return fold(this.log(id)) as Request;
  }

  /** Brings up to date which requests are alike. */
  async react(id: string): Promise<void> {
    await keepStanding(this.fakes, this.request(id));
  }

  async link(id: string, person: string, of: Partial<Link> = {}): Promise<string> {
    const { round } = this.request(id).round;
    const expires = Math.floor(this.fakes.now.getTime() / 1000) + 30 * 86_400;
    const link = { id, round, stage: 0, generation: 1, expires, ...of, person };
    return mintLink(link, await this.fakes.linkKeys.of(1));
  }

  async show(link: string): Promise<Said & Offers> {
    return said(await showReview(this.fakes, link));
  }

  async send(link: string, answer: string, nonce: string, typed: Partial<FormBody> = {}): Promise<Said & Offers> {
    const body = { comment: '', conditions: '', ...typed, answer, nonce };
    return said(await answerReview(this.fakes, link, { body, ours: true, reached }));
  }

  /** What was decided on it: by whom, what and how. */
  decisions(id: string) {
    return this.log(id).flatMap((entry) => (entry.type === 'decided' ? [entry] : []));
  }

  refusals(id: string): string[] {
    return this.log(id).flatMap((entry) => (entry.type === 'attempt_refused' ? [entry.code] : []));
  }
}

/** What a page's form holds. */
export interface Offers {
  nonce: string;
  /** Values of the boxes, and which of them are ticked. */
  also: string[];
  ticked: string[];
}

function said({ status, html }: { status: number; html: string }): Said & Offers {
  const boxes = [...html.matchAll(/name="also-\d+" value="([^"]+)"( checked)?/g)];
  return {
    ...{ status, html, text: readingOf(html), nonce: /name="nonce" value="([^"]+)"/.exec(html)?.[1] ?? '' },
    also: boxes.map(([, value = '']) => value),
    ticked: boxes.flatMap(([, value, ticked]) => (ticked && value ? [value] : [])),
  };
}
