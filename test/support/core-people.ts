import type { Comment } from '../../core/decide/comment.ts';
import type { Delegate } from '../../core/decide/delegate.ts';
import type { Report } from '../../core/decide/report.ts';
import type { FreshPerson } from '../../core/decide/seat.ts';
import type { Cast } from '../../core/decide/vote.ts';
import type { Withdraw } from '../../core/decide/withdraw.ts';
import { type Link, personTag } from '../../core/link.ts';
import { approver, id, shown } from './core-gates.ts';

/* What people do by their links, in few words. */

export function linkOf(person: string, more: Partial<Link> = {}): Link {
  const expires = Date.parse('2027-11-21T10:00:00.000Z') / 1000;
  return { id, round: 1, stage: 0, generation: 1, epoch: 1, person: personTag(person), expires, ...more };
}

export function holderOf(person: string): FreshPerson {
  return { person, email: `${person}@example.com`, addresses: [`${person}@example.com`] };
}

let commands = 0;
/** A command id that no other command has. */
export function freshId(): string {
  commands += 1;
  return `page:${commands}`;
}

type VoteMore = Partial<Cast> & { at?: Partial<Link> };

export function vote(person: string, answer: string, { at, ...more }: VoteMore = {}): Cast {
  return {
    type: 'vote',
    commandId: freshId(),
    link: linkOf(person, at),
    holder: holderOf(person),
    revoked: false,
    answer,
    shownDigest: shown(at?.round ?? 1),
    template: '0123456789abcdef',
    assurance: 'link',
    reached: { ip: '192.0.2.1', userAgent: 'a browser' },
    ...more,
  };
}

export const approve = (person: string, more: VoteMore = {}): Cast => vote(person, 'approve', more);
export const reject = (person: string, more: VoteMore = {}): Cast => vote(person, 'reject', more);

export function comment(
  person: string,
  text: string,
  { at, ...more }: Partial<Comment> & { at?: Partial<Link> } = {},
): Comment {
  return {
    type: 'comment',
    commandId: freshId(),
    link: linkOf(person, at),
    holder: holderOf(person),
    revoked: false,
    comment: text,
    ...more,
  };
}

/** Hands a seat on to somebody, at their only address. */
export function report(person: string, { at, ...more }: Partial<Report> & { at?: Partial<Link> } = {}): Report {
  return {
    type: 'report',
    commandId: freshId(),
    link: linkOf(person, at),
    holder: holderOf(person),
    revoked: false,
    reached: { ip: '192.0.2.1', userAgent: 'a browser' },
    ...more,
  };
}

export function delegate(
  person: string,
  to: string,
  { at, ...more }: Partial<Delegate> & { at?: Partial<Link> } = {},
): Delegate {
  return {
    type: 'delegate',
    commandId: freshId(),
    link: linkOf(person, at),
    holder: holderOf(person),
    revoked: false,
    to: approver(to),
    toAddresses: [`${to}@example.com`],
    reached: { ip: '192.0.2.1', userAgent: 'a browser' },
    ...more,
  };
}

export function withdraw(person: string, { at, ...more }: Partial<Withdraw> & { at?: Partial<Link> } = {}): Withdraw {
  return {
    type: 'withdraw',
    commandId: freshId(),
    link: linkOf(person, at),
    holder: holderOf(person),
    revoked: false,
    reached: { ip: '192.0.2.1', userAgent: 'a browser' },
    ...more,
  };
}
