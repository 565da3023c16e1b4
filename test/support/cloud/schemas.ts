import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { HeardEvent } from './heard.ts';

/** The published schema of an event, by its detail-type. */
export function schemaOf(detailType: string): z.ZodType {
  const file = `docs/schemas/${detailType.toLowerCase().replaceAll(' ', '-')}.json`;
  return z.fromJSONSchema(JSON.parse(readFileSync(file, 'utf8')));
}

/** What of an event is not as its published schema says; empty where all is. */
export function notAsPublished(event: HeardEvent): string[] {
  const read = schemaOf(event['detail-type']).safeParse(event.detail);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}
