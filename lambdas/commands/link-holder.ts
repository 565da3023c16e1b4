import { type ByLink, type Seat, seatOf } from '../../core/decide/seat.ts';
import type { Entry } from '../../core/entry.ts';
import { fold } from '../../core/fold.ts';
import { limits } from '../../core/limits.ts';
import { type EpochKeys, epochOf, type Link, verifyLink } from '../../core/link.ts';
import type { PolicyPerson } from '../../core/policy/in-force.ts';
import type { Request } from '../../core/request.ts';
import type { PolicyInForce, Services } from '../services.ts';
import { peopleBehind } from './people-now.ts';

/** Who came with a link that is genuine, and what it is to: read fresh, in one round trip. */
export interface LinkHolder {
  token: string;
  link: Link;
  keys: EpochKeys;
  entries: Entry[];
  request: Request;
  seat: Seat;
  /** The directory's word on them now; undefined once they are removed. */
  person: PolicyPerson | undefined;
  /** The key their link was signed with has been revoked. */
  revoked: boolean;
  /** The policy's version now. */
  inForce: string;
  /** Whose seat it was before, as the directory has them now; read only where a policy was published since. */
  people?: ByLink['people'];
}

/**
 * The link a token stands for, if it is genuine; nothing is read for one that is not. A process derives the key of an
 * epoch once, with one KMS call, and there are no more than `limits.linkEpochs`.
 */
export async function genuineLink(
  { linkKeys }: Pick<Services, 'linkKeys'>,
  token: string,
): Promise<{ link: Link; keys: EpochKeys } | undefined> {
  const epoch = epochOf(token);
  if (epoch === undefined || epoch < 1 || epoch > limits.linkEpochs) return undefined;
  const keys = linkKeys.known(epoch) ?? (await linkKeys.of(epoch));
  const link = verifyLink(token, keys);
  return link && { link, keys };
}

/**
 * Everything about the holder of a token: two reads side by side, and a third where a seat is held for somebody and a
 * policy was published since. Undefined where the link is not genuine.
 */
export async function linkHolder(
  services: Pick<Services, 'linkKeys' | 'log'> & { policy: Pick<PolicyInForce, 'pointerAndPerson' | 'people'> },
  token: string,
): Promise<LinkHolder | undefined> {
  const genuine = await genuineLink(services, token);
  if (!genuine) return undefined;
  const { link, keys } = genuine;
  const [entries, { pointer, person }] = await Promise.all([
    services.log.read(link.id),
    services.policy.pointerAndPerson(link.person),
  ]);
  const request = fold(entries);
  const seat = request && seatOf(request, link);
  if (!request || !seat) return undefined;
  if (!pointer) throw new Error('the policy has no pointer, though a link was made under one');
  const revoked = pointer.revoked.some(({ epoch }) => epoch === link.epoch);
  const inForce = pointer.version;
  const people = await peopleBehind(services, seat, inForce);
  return { token, link, keys, entries, request, seat, person, revoked, inForce, people };
}
