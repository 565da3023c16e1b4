import type { Approver } from '../../core/gate.ts';
import { heirsInWords, heirsOf } from '../../core/heirs.ts';
import { addressesOf, findPerson } from '../../core/identity.ts';
import { directoryNow } from '../../core/policy/directory.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { mayHold } from '../../core/still-asked.ts';
import { shortLine } from '../../core/visible.ts';
import type { PolicyStore } from '../services.ts';
import { byLink, type CastServices, type Sent } from './cast.ts';
import type { LinkHolder } from './link-holder.ts';
import { type Done, runLinkCommand } from './run-command.ts';

/** Whom an address names, and how to reach them; or why the seat cannot be theirs. */
type Successor = { to: Approver; toAddresses: string[] } | { refusal: Refusal };

/** Hands the link holder's seat on to whom `address` names in the policy in force. */
export async function delegate(
  services: CastServices & { policy: Pick<PolicyStore, 'pointer' | 'version'> },
  holder: LinkHolder,
  address: string,
  { nonce, comment, reached }: Pick<Sent, 'nonce' | 'comment' | 'reached'>,
): Promise<Done> {
  const commandId = `page:${nonce}`;
  const before = holder.request.commands.get(`delegate:${commandId}`);
  if (before) return { kind: 'recorded', entry: before, request: holder.request };
  const pointer = await services.policy.pointer();
  if (!pointer) return { kind: 'refused', refusal: refuse('no_policy'), request: holder.request };
  const found = successor(await services.policy.version(pointer.version), holder.seat, address);
  if ('refusal' in found) return { kind: 'refused', ...found, request: holder.request };
  const command = { commandId, ...byLink(holder), ...found, ...(comment && { comment }), reached };
  const done = await runLinkCommand(services, holder.link.id, { type: 'delegate', ...command }, holder.entries);
  if (done.kind === 'appended') services.metrics.count('DecisionRecorded', { answer: 'delegate' });
  return done;
}

function successor(policy: Policy, { stage, approver, handedOn }: LinkHolder['seat'], address: string): Successor {
  const wrong = (why: string): Successor => ({ refusal: refuse('invalid', why, 'to') });
  const heirs = heirsOf(stage, approver.person);
  // Says the same of every address, so that nobody learns from it whose it is.
  if (!handedOn && heirs.others.length === 0 && heirs.groups.length === 0) return { refusal: refuse('not_delegable') };
  const found = findPerson(policy, address);
  const typed = `“${shortLine(address, 120)}”`;
  if (!found) return wrong(`${typed} is nobody’s address in the directory.`);
  const { key, person } = found;
  const { name } = person;
  // Who has handed it on already is told so where it is decided.
  if (!handedOn && !mayHold(heirs, key, directoryNow(policy.directory)))
    return wrong(`${name} is not among those whom this may be handed on to: ${heirsInWords(heirs).join(', ')}.`);
  return { to: { person: key, name, address: person.email }, toAddresses: addressesOf(person) };
}
