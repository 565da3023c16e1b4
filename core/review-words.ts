import type { Level, Verified } from './claim.ts';
import { inWords } from './edit.ts';
import type { Outcome } from './gate.ts';
import { prettyNumber } from './pretty.ts';
import type { Shown } from './shown.ts';
import type { StatusView } from './view.ts';

/** `Sat 21 Nov 2026, 14:00 UTC`, from an ISO time. */
export function utcInWords(iso: string): string {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(iso).toUTCString().split(/,? /);
  return `${day} ${Number(date)} ${month} ${year}, ${time.slice(0, 5)} UTC`;
}

/** How far off a time is: `2 days and 3 hours`, `40 minutes`, `less than a minute`; undefined once it has come. */
export function timeLeft(now: string, until: string): string | undefined {
  const minutes = Math.floor((Date.parse(until) - Date.parse(now)) / 60_000);
  if (Date.parse(until) <= Date.parse(now)) return undefined;
  if (minutes < 1) return 'less than a minute';
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (days > 0) return both(counted(days, 'day'), hours, 'hour');
  if (hours > 0) return both(counted(hours, 'hour'), minutes % 60, 'minute');
  return counted(minutes, 'minute');
}

function both(first: string, count: number, unit: string): string {
  return count > 0 ? `${first} and ${counted(count, unit)}` : first;
}

/** `1 vote`, `2 votes`. */
export function counted(count: number, unit: string): string {
  return `${prettyNumber(count)} ${unit}${count === 1 ? '' : 's'}`;
}

export const riskInWords: Record<Level, string> = {
  low: 'Low risk',
  medium: 'Medium risk',
  high: 'High risk',
  critical: 'Critical risk',
};

export const outcomeHeading: Record<Outcome, string> = {
  approved: 'Approved',
  auto_approved: 'Approved automatically',
  bypassed: 'Let through by a bypass',
  rejected: 'Rejected',
  changes_requested: 'Changes requested',
  cancelled: 'Cancelled',
  expired: 'Expired without a decision',
};

/** Does the waiting work go on with this outcome? The others make it fail. */
export function letsThrough(outcome: Outcome): boolean {
  return outcome === 'approved' || outcome === 'auto_approved' || outcome === 'bypassed';
}

/** A rule of the policy by its name, from its path in the file: `checkpoints.security_review` → `Security review`. */
export function ruleOfPolicy(path: string): string {
  if (path === 'again') return 'Another look after changes';
  const [group, name = path] = path.split('.', 2);
  if (group === 'environments') return `Environment ${name}`;
  const words = inWords(name);
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** What an answer's name is in the past tense. */
export function answered(name: string, label = name): string {
  if (name === 'approve') return 'approved';
  if (name === 'reject') return 'rejected';
  if (name === 'request_changes') return 'requested changes';
  return `answered “${label}”`;
}

/** What AWS vouches for about who asks, as opposed to what the request says of itself. */
export function verifiedInWords(shown: Pick<Shown, 'source' | 'verified'>): string {
  const { source, verified } = shown;
  const ofAccount = `@${verified.account}`;
  const named = source.endsWith(ofAccount) ? source.slice(0, -ofAccount.length) : source;
  const from = `${named} in account ${verified.account}`;
  const way: Record<Verified['via'], string> = {
    event: `an event from ${from}`,
    execution: `an execution started by ${from}`,
    api: `a signed call by ${verified.principal ?? from}`,
    own: 'Countersign itself, because of another request',
  };
  return verified.person ? `${way[verified.via]}, who is ${verified.person} in the directory` : way[verified.via];
}

/** Is the name given as requester one that was claimed only? Anything but a signed call by a known person is. */
export function onlyClaims(shown: Pick<Shown, 'verified'>): boolean {
  return shown.verified.person === undefined;
}

/** What happens or happened with the waiting work: never more than is known (R47). */
export function workInWords(view: Pick<StatusView, 'work' | 'status' | 'outcome'>): string {
  const goesOn = view.outcome !== undefined && letsThrough(view.outcome);
  switch (view.work) {
    case 'waiting':
      return view.status === 'granted'
        ? 'The work that asked keeps waiting until the approval takes effect.'
        : 'The work that asked is waiting for the decision.';
    case 'resuming':
      return goesOn
        ? 'The work that asked is being told to go on. It has not taken the answer yet; it is told again until it has.'
        : 'The work that asked is being told to stop. It has not taken the answer yet; it is told again until it has.';
    case 'answered':
      return goesOn
        ? 'The work that asked has been told to go on. How it then went is not known here.'
        : 'The work that asked has been told that it may not go on.';
    case 'gone':
      return goesOn
        ? 'The work that asked was no longer there to be told, so nothing ran because of this decision.'
        : 'The work that asked is no longer there.';
    case 'unknown':
      return 'It is not known whether the work that asked has received the answer. Those who run this system have been alarmed.';
    case 'none':
      return view.status === 'settled'
        ? 'No work is waiting for this answer; whoever asked looks it up.'
        : 'No work is waiting; whoever asked looks the answer up.';
  }
}
