import { requestIdentity } from '../../core/canonical.ts';
import { fold } from '../../core/fold.ts';
import { mintLink } from '../../core/link.ts';
import { loadPolicy } from '../../core/policy/load.ts';
import { generationOf, type Request } from '../../core/request.ts';
import type { TypedForm } from '../../core/view.ts';
import { openForMachine } from '../../lambdas/commands/open-for-machine.ts';
import { answerReview, showReview } from '../../lambdas/handlers/review-routes.ts';
import type { Page } from '../../lambdas/web/pages.ts';
import { type Fakes, fakeServices } from './fakes.ts';
import { readingOf } from './markup-reader.ts';

const states = 'arn:aws:states:us-east-1:000000000000';
const reached = { ip: '192.0.2.1', userAgent: 'a phone' };

/** People go by first names. The stages are YAML, one a line. */
export function policyWith(stages: string[], more = ''): string {
  return `
directory:
  people:
    alice: { name: Alice Archer, email: alice@example.com }
    bob: { name: Bob Baker, email: bob@example.com }
    carol: { name: Carol Clark, email: carol@example.com, aliases: [carol.clark@example.com] }
    dan: { name: Dan Dyer, email: dan@example.com }
    erin: { name: Erin Eaton, email: erin@example.com }
  groups:
    leads: [carol, dan, alice]
sources:
  "states:countersign-approval": { may_name: ["*"], environments: ["*"], facts: ["*"] }
environments:
  any:
    gates:
      any:
        stages:
${stages.map((stage) => `          - ${stage}`).join('\n')}
${more}`;
}

/** What a page said, and how. */
export interface Said {
  status: number;
  /** Its words. */
  text: string;
  html: string;
}

/** A request asked under a policy, and the people who decide it on their pages: the handler's own code over the fakes. */
export class Desk {
  readonly fakes: Fakes;
  readonly id: string;

  constructor(fakes = fakeServices(), requestId = 'deploy-42') {
    this.fakes = fakes;
    this.id = requestIdentity('states:countersign-approval', requestId);
  }

  /** Asks, under this policy; by alice unless said otherwise. */
  static async asked(policy: string, ask: object = {}): Promise<Desk> {
    const desk = new Desk();
    desk.publish(policy);
    await desk.#open({ requestId: 'deploy-42', ...ask });
    return desk;
  }

  /** The desk of another request, in the same place. */
  async alsoAsked(ask: { requestId: string; [field: string]: unknown }): Promise<Desk> {
    const desk = new Desk(this.fakes, ask.requestId);
    await desk.#open(ask);
    return desk;
  }

  async #open(ask: { requestId: string }): Promise<void> {
    const input = {
      title: 'Deploy shop',
      requestedBy: 'alice@example.com',
      environment: 'production',
      risk: 'medium',
      payload: { version: '2.1.0', replicas: 4 },
      ...ask,
    };
    const handed = {
      execution: `${states}:execution:countersign-approval:${ask.requestId}`,
      machine: `${states}:stateMachine:countersign-approval`,
      ...{ startedAt: this.fakes.now.toISOString(), input, taskToken: `token-of-${ask.requestId}` },
    };
    await openForMachine(this.fakes, handed, { eventMachines: [], account: '000000000000' });
    if (!this.log.length) throw new Error(`not opened: ${JSON.stringify(this.fakes.outside.events)}`);
  }

  publish(text: string): void {
    const loaded = loadPolicy(text);
    if (!loaded.ok) throw new Error(`the policy is broken: ${JSON.stringify(loaded.mistakes)}`);
    this.fakes.publish(loaded.policy);
  }

  get log() {
    return this.fakes.tables.log.get(this.id) ?? [];
  }

  get request(): Request {
    return fold(this.log) as Request;
  }

  /** The link of somebody's seat in the current round; `stage` is the open one unless said otherwise. */
  async link(person: string, stage = this.request.round.stage): Promise<string> {
    const { round } = this.request;
    const generation = generationOf(this.request, person);
    const expires = Math.floor(this.fakes.now.getTime() / 1000) + 30 * 86_400;
    const keys = await this.fakes.linkKeys.of(1);
    return mintLink({ id: this.id, round: round.round, stage, generation, person, expires }, keys);
  }

  async show(link: string): Promise<Said> {
    return said(await showReview(this.fakes, link));
  }

  /** The hidden field of the page behind a link. */
  async nonce(link: string): Promise<string> {
    return /name="nonce" value="([^"]+)"/.exec((await this.show(link)).html)?.[1] ?? '';
  }

  /** Sends the form of a link's page; a new one where no nonce is given. */
  async send(link: string, answer: string, typed: Partial<TypedForm> = {}, nonce?: string, ours = true): Promise<Said> {
    const body = { comment: '', conditions: '', ...typed, answer, nonce: nonce ?? (await this.nonce(link)) };
    return said(await answerReview(this.fakes, link, { body, ours, reached }));
  }
}

function said({ status, html }: Page): Said {
  return { status, html, text: readingOf(html) };
}
