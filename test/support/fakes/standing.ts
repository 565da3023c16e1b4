import type { MaintenanceWindow } from '../../../core/policy/situation.ts';
import type { StandingStore } from '../../../lambdas/services.ts';

/** What spans requests, open to a test's eyes and hands. */
export interface StandingTable {
  load: Map<string, { open: Set<string>; last?: string }>;
  waits: Map<string, Map<string, number>>;
  windows: Map<string, MaintenanceWindow>;
}

export const emptyStanding = (): StandingTable => ({ load: new Map(), waits: new Map(), windows: new Map() });

export function fakeStanding(table: StandingTable): StandingStore {
  return {
    async read({ people, history }) {
      const of = (person: string) => table.load.get(person);
      return {
        load: Object.fromEntries(
          people.map((person) => {
            const last = of(person)?.last;
            return [person, { open: of(person)?.open.size ?? 0, ...(last !== undefined && { last }) }];
          }),
        ),
        windows: [...table.windows.values()],
        waits: history === undefined ? [] : [...(table.waits.get(history)?.values() ?? [])].slice(-20),
      };
    },
    async waitsFor(person, id, waits, at) {
      const of = table.load.get(person) ?? { open: new Set<string>() };
      table.load.set(person, of);
      if (!waits) of.open.delete(id);
      else {
        of.open.add(id);
        of.last = at;
      }
    },
    async took(kind, id, seconds) {
      const of = table.waits.get(kind) ?? new Map<string, number>();
      table.waits.set(kind, of);
      if (!of.has(id)) of.set(id, seconds);
    },
  };
}
