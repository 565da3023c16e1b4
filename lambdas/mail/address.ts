import { limits } from '../../core/limits.ts';

const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const bare = new RegExp(`^(${atom}(?:\\.${atom})*)@(?:${label}\\.)+${label}$`);

/** The text is not one bare mail address: sending to it might reach somebody else, or more than one. */
export class UnsafeAddress extends Error {
  override name = 'UnsafeAddress';
}

/**
 * Is this exactly one bare address (R30)? No display name, no comment, quotes, route or list, no space or control
 * character, ASCII only: nothing a mail program or server could read as two recipients or another header.
 */
export function isMailAddress(text: string): boolean {
  const local = bare.exec(text)?.[1];
  return local !== undefined && local.length <= 64 && text.length <= limits.address;
}

/** The address as it may stand in a mail's `to`. Throws `UnsafeAddress`. */
export function mailAddress(text: string): string {
  if (!isMailAddress(text)) throw new UnsafeAddress('not one bare mail address');
  return text;
}
