import { limits } from '../limits.ts';
import { openLinksOf, type Request } from '../request.ts';
import { append, type Decision, recorded, refused } from './decision.ts';

/**
 * Make the open links of one person, or of everybody, invalid and send new ones: to whoever is asked now, or, of what is
 * granted, to whoever may take their approval back.
 */
export interface Reissue {
  type: 'reissue';
  commandId: string;
  person?: string;
  by: string;
  reason: string;
  /** Because the key was revoked: never too often, for there are only so many keys. */
  revoked?: boolean;
}

export function decideReissue(request: Request, command: Reissue, now: string): Decision {
  const before = request.commands.get(command.commandId);
  if (before) return recorded(before);
  if (request.status === 'settled') return refused('already_settled', 'Nobody has an open link to this request.');
  const { person, commandId, by, reason } = command;
  if (person !== undefined && !openLinksOf(request).includes(person))
    return refused('not_found', 'This person has no open link to this request.', 'person');
  const often = (request.reissues[person ?? '']?.count ?? 0) >= limits.reissuesPerLink;
  if (!command.revoked && (often || request.seq >= limits.entries))
    return refused(
      'too_many',
      person === undefined
        ? `Everybody's links were reissued ${limits.reissuesPerLink} times already. Reissue single people's, or cancel the request.`
        : `This link has been sent again ${limits.reissuesPerLink} times already. Ask the requester.`,
    );
  return append(request, { type: 'links_reissued', commandId, ...(person && { person }), by, reason }, now);
}
