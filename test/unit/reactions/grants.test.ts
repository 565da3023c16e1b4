import { verifyLink } from '../../../core/link.ts';
import { emitEvents } from '../../../lambdas/reactions/emit-events.ts';
import { sendMails } from '../../../lambdas/reactions/send-mails.ts';
import {
  after,
  approve,
  gateOf,
  gates,
  given,
  minute,
  refusalIn,
  reject,
  requestIn,
  stage,
  when,
  withdraw,
} from '../../support/core-fixtures.ts';
import { type Fakes, fakeServices } from '../../support/fakes.ts';
import { emergencyPolicy } from '../../support/overrides.ts';

let fakes: Fakes;
beforeEach(() => {
  fakes = fakeServices();
  fakes.publish(emergencyPolicy());
  // The directory that they were asked by: nobody has left it.
  const { directory: version = '' } = requestIn(granted).round;
  if (fakes.tables.pointer) fakes.tables.pointer = { ...fakes.tables.pointer, version };
});

const gate = gateOf([stage(['bob', 'carol', 'dave'], { quorum: 2 })], { notBefore: minute(120) });
const granted = given(gate, reject('dave'), approve('bob'), approve('carol'));

describe('a grant is told', () => {
  const mailTo = (person: string) => fakes.outside.mails.find((mail) => mail.to === `${person}@example.com`);
  const linkIn = (text: string | undefined) => /https:\/\/review\.example\.com\/r\/([\w-]{88})/.exec(text ?? '')?.[1];

  test('to everybody asked and the requester, with the time it takes effect', async () => {
    await sendMails(fakes, requestIn(granted), 0);
    expect(fakes.outside.mails.map(({ to }) => to).sort()).toEqual(
      ['alice', 'bob', 'carol', 'dave'].map((person) => `${person}@example.com`),
    );
    for (const { subject, text, html } of fakes.outside.mails) {
      expect(subject).toBe('Approved, not in effect yet: Deploy shop v2.1.0');
      for (const form of [text, html]) expect(form).toContain('Sat 21 Nov 2026, 12:00 UTC');
    }
  });

  test('R22 with a link to take it back for whoever approved, of their own, until then; the others get none', async () => {
    await sendMails(fakes, requestIn(granted), 0);
    const keys = await fakes.linkKeys.of(1);
    for (const person of ['bob', 'carol']) {
      const token = linkIn(mailTo(person)?.text) ?? '';
      expect(mailTo(person)?.html).toContain(token);
      const link = verifyLink(token, keys);
      expect(link?.expires).toBe(Date.parse(minute(120)) / 1000);
      expect(refusalIn(when(granted, withdraw(person, { at: { ...link } })))).toEqual(['append']);
    }
    for (const person of ['alice', 'dave']) {
      expect(linkIn(mailTo(person)?.text)).toBeUndefined();
      expect(mailTo(person)?.text).toContain('each of those who approved can take their approval back');
    }
  });

  test('R23 once, whoever reconciles; no more once it has taken effect', async () => {
    await sendMails(fakes, requestIn(granted), 0);
    await sendMails(fakes, requestIn(granted), 0);
    expect(fakes.outside.mails).toHaveLength(4);
    await sendMails(fakes, requestIn(after(granted, { type: 'fall_due' }, minute(120))), 4);
    expect(fakes.outside.mails.slice(4).map(({ subject }) => subject)).toEqual(
      Array(4).fill('Approved: Deploy shop v2.1.0'),
    );
  });
});

describe('R40 a bypass', () => {
  test('is an event beside the decision, and a number by its kind', async () => {
    const request = requestIn(given(gates.override, approve('bob'), approve('carol')));
    await emitEvents(fakes, request, request.milestones.slice(1));
    expect(fakes.outside.events.map(({ detailType }) => detailType)).toEqual(['Approval Decided', 'Bypass Used']);
    expect(fakes.outside.counts).toEqual([{ name: 'BypassUsed', dimensions: { kind: 'emergency_override' } }]);
  });

  test('is neither where the gate was gone through', async () => {
    const request = requestIn(given(gates.one, approve('bob')));
    await emitEvents(fakes, request, request.milestones.slice(1));
    expect(fakes.outside.events.map(({ detailType }) => detailType)).toEqual(['Approval Decided']);
    expect(fakes.outside.counts).toEqual([]);
  });
});
