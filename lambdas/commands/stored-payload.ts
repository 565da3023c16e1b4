import { sha256Hex } from '../../core/canonical.ts';
import type { StoredPayload } from '../../core/entry.ts';
import { fold } from '../../core/fold.ts';
import type { Json } from '../../core/json.ts';
import { limits } from '../../core/limits.ts';
import type { Request } from '../../core/request.ts';
import { roundCompared } from '../../core/shown.ts';
import type { PayloadReader, PayloadStore, Services } from '../services.ts';

/** A payload as an entry keeps it: its canonical text, or where that is put. */
export async function storePayload(
  { payloads }: { payloads: Pick<PayloadStore, 'put'> },
  id: string,
  digest: string,
  text: string,
): Promise<StoredPayload> {
  const bytes = new TextEncoder().encode(text).length;
  return bytes <= limits.payloadInline ? { text } : { ref: await payloads.put(id, digest, text), bytes };
}

/** A payload's canonical text, checked against the digest it was decided under. Throws where it is not what it was. */
export async function payloadText(
  { payloads }: { payloads: PayloadReader },
  of: { payload: StoredPayload; digest: string },
): Promise<string> {
  const text = 'text' in of.payload ? of.payload.text : await payloads.get(of.payload.ref);
  if (sha256Hex(text) !== of.digest) throw new Error(`a stored payload does not have the digest ${of.digest}`);
  return text;
}

export async function payloadOf(
  services: { payloads: PayloadReader },
  of: { payload: StoredPayload; digest: string },
): Promise<Json> {
  const value: Json = JSON.parse(await payloadText(services, of));
  return value;
}

/** What the request that this one revises would have done; undefined where it revises none. */
export async function revisedPayloadText(
  services: Pick<Services, 'log'> & { payloads: PayloadReader },
  request: Request,
): Promise<string | undefined> {
  if (!request.revisesId) return undefined;
  const revised = fold(await services.log.read(request.revisesId));
  return revised && payloadText(services, roundCompared(request, revised));
}
