import type { MaintenanceWindow } from '../../../core/policy/situation.ts';
import type { AlikeRequests, StandingStore } from '../../../lambdas/services.ts';

/** What spans requests, open to a test's eyes and hands. */
export interface StandingTable {
  load: Map<string, { open: Set<string>; last?: string }>;
  waits: Map<string, Map<string, number>>;
  windows: Map<string, MaintenanceWindow>;
  asked: Set<string>;
  alike: Map<string, Set<string>>;
}

export const emptyStanding = (): StandingTable => ({
  load: new Map(),
  waits: new Map(),
  windows: new Map(),
  asked: new Set(),
  alike: new Map(),
});

export function fakeStanding(table: StandingTable): StandingStore {
  return {
    async read({ people, histories = [] }) {
      const of = (person: string) => table.load.get(person);
      return {
        load: Object.fromEntries(
          people.map((person) => {
            const last = of(person)?.last;
            return [person, { open: of(person)?.open.size ?? 0, ...(last !== undefined && { last }) }];
          }),
        ),
        windows: [...table.windows.values()],
        waits: Object.fromEntries(
          histories.map((kind) => [kind, [...(table.waits.get(kind)?.values() ?? [])].slice(-20)]),
        ),
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
    async windowIs(state, window) {
      if (state === 'over') table.asked.delete(window.id);
      else table.asked.add(window.id);
      if (state === 'in_force') table.windows.set(window.id, structuredClone(window));
      if (state === 'over') table.windows.delete(window.id);
    },
    async isAlike(likeness, id, until) {
      const of = table.alike.get(likeness) ?? new Set();
      table.alike.set(likeness, of);
      if (until) of.add(id);
      else of.delete(id);
    },
    async windowsAsked() {
      return [...table.asked];
    },
  };
}

/** The same table as the page asks it. */
export function fakeAlike(table: StandingTable): AlikeRequests {
  return { find: async (likeness, most) => [...(table.alike.get(likeness) ?? [])].slice(0, most) };
}
