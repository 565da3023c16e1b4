import { digestOf, requestIdentity } from '../../core/canonical.ts';
import type { Approver, Gate, Rule, Stage } from '../../core/gate.ts';

/* The request all is about, the gates it may have and who is in them, in few words. People go by first names. */

export const source = 'events:demo.shop@000000000000';
export const requestId = 'deploy-42';
export const id = requestIdentity(source, requestId);
export const payloadText = '{"replicas":4,"version":"2.1.0"}';

export function shown(round: number): string {
  return digestOf(`what is shown in round ${round}`);
}

/** Minutes after the opening, as an entry's time. */
export function minute(after: number): string {
  return new Date(Date.parse('2026-11-21T10:00:00.000Z') + after * 60_000).toISOString();
}

export function approver(person: string): Approver {
  return { person, name: person.replace(/^./, (first) => first.toUpperCase()), address: `${person}@example.com` };
}

export function stage(people: string[], rule: Rule = 'all', more: Partial<Stage> = {}): Stage {
  return { name: 'review', approvers: people.map(approver), rule, timeout: 24 * 3600, ...more };
}

export function gateOf(stages: Stage[], more: Partial<Gate> = {}): Gate {
  return { workflow: 'peer_review', stages, ...more };
}

/** The kinds of gate there are. */
export const gates = {
  one: gateOf([stage(['bob'])]),
  anyOfTwo: gateOf([stage(['bob', 'carol'], 'any')]),
  allOfTwo: gateOf([stage(['bob', 'carol'])]),
  twoOfThree: gateOf([stage(['bob', 'carol', 'dave'], { quorum: 2 })]),
  twoStages: gateOf([stage(['bob'], 'all', { name: 'first' }), stage(['carol', 'dave'], 'all', { name: 'second' })]),
  ownAnswers: gateOf([
    stage(['bob', 'carol'], 'any', {
      name: 'incident',
      answers: [
        { name: 'retry', label: 'Retry', effect: 'settle', outcome: 'approved' },
        { name: 'abort', label: 'Abort', effect: 'settle', outcome: 'rejected' },
        { name: 'fine', label: 'Looks fine', effect: 'count', vote: 'for' },
        { name: 'pass', label: 'Pass on', effect: 'hand_on' },
      ],
    }),
  ]),
  /** Takes effect two hours after the opening. */
  notBefore: gateOf([stage(['bob'])], { notBefore: minute(120) }),
  /** One after the other, any seat to be handed on to the group `ops`. */
  inTurn: gateOf([stage(['bob', 'carol', 'dave'], 'all', { order: 'sequential', delegateTo: ['ops'] })]),
  /** Two of three, any seat to be handed on to the group `ops`. */
  handable: gateOf([stage(['bob', 'carol', 'dave'], { quorum: 2 }, { delegateTo: ['ops'] })]),
  oneFromEach: gateOf([
    stage(['bob', 'carol', 'dave'], 'one_from_each', {
      groups: [
        { name: 'ops', people: ['bob', 'carol'] },
        { name: 'security', people: ['carol', 'dave'] },
      ],
      delegateTo: ['ops'],
    }),
  ]),
  checklist: gateOf([stage(['bob', 'carol'], 'any', { criteria: ['tests pass', 'rollback ready', 'docs'] })]),
  override: gateOf([stage(['bob', 'carol'])], {
    workflow: 'emergency_bypass',
    bypass: { kind: 'emergency_override', justification: 'the shop is down', actedFirst: false },
  }),
} as const satisfies Record<string, Gate>;
