import { type Entry, isEntry } from '../../core/entry.ts';
import type { AuditLog } from '../services.ts';
import type { Items } from './items.ts';
import { logInTable } from './log-in-table.ts';

/** The requests' entries in the `Audit` table. */
export function dynamoAuditLog(items: Items, table: string): AuditLog {
  return logInTable<Entry>(items, table, isEntry);
}
