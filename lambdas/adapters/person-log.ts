import { isPersonEntry, type PersonEntry } from '../../core/person/entry.ts';
import type { PersonLog } from '../services.ts';
import type { Items } from './items.ts';
import { logInTable } from './log-in-table.ts';

/** The people's entries in the `Audit` table, beside the requests'. */
export function dynamoPersonLog(items: Items, table: string): PersonLog {
  return logInTable<PersonEntry>(items, table, isPersonEntry);
}
