import fc from 'fast-check';
import { type Command, decide } from '../../core/decide/decide.ts';
import type { Entry } from '../../core/entry.ts';
import { fold, foldEntry } from '../../core/fold.ts';
import type { Gate } from '../../core/gate.ts';
import type { Request } from '../../core/request.ts';
import { minute, open, task } from './core-fixtures.ts';
import { PaperRequest } from './core-model.ts';
import { appends } from './paper-rules.ts';

import { type Meant, meant } from './some-commands.ts';
import { mostly } from './some-gates.ts';

/*
 * Any gate, any commands in any order, by writers whose clocks and readings of the log are not the same. Used by the
 * property tests of the core.
 */

export interface Step {
  meant: Meant;
  /** Minutes by which the clock of whoever decides has moved; it may run backwards. */
  clock: number;
  /** How many entries others had written since this writer read the log. */
  behind: number;
  /** The entry was written and the reply lost: the same command comes again. */
  lost: boolean;
  /** An old command comes again. */
  again: number | undefined;
}
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    meant,
    clock: fc.oneof({ weight: 40, arbitrary: fc.integer({ min: 0, max: 3 }) }, fc.constantFrom(-30, -1, 59, 1440)),
    behind: mostly(0, 1, 2, 5),
    lost: mostly(false, true),
    again: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(40) }),
  }),
  { minLength: 5, maxLength: 40, size: 'max' },
);

export interface Run {
  log: Entry[];
  request: Request;
  paper: PaperRequest;
  taken: string[];
}

/** Every command as `runCommand` runs it: decide on what was read, append where the place is free, else read and decide again. */
export function run(gate: Gate, todo: Step[], eachStep: (run: Run) => void = () => {}): Run {
  const opening = open(gate, { tasks: [task('t0')], claim: { editable: ['/replicas'] } });
  const first = decide(undefined, opening, minute(0));
  if (first.kind !== 'append') throw new Error('not opened');
  const paper = new PaperRequest(gate, Date.parse(first.entry.at));
  paper.tasks.set('t0', { state: 'waiting', holds: true });
  const state: Run = { log: [first.entry], request: foldEntry(undefined, first.entry), paper, taken: [] };
  const sent: Command[] = [];
  let clock = 0;
  for (const step of todo) {
    clock = Math.max(0, clock + step.clock);
    const old = step.again === undefined ? undefined : sent[step.again];
    const command = old ?? step.meant(paper, state.request);
    sent.push(command);
    const stale = state.log.length - step.behind;
    if (step.behind > 0 && stale > 0) {
      const early = decide(fold(state.log.slice(0, stale)), command, minute(clock));
      // What a reader of an older log is told is not checked here: only that it can write nothing over what is there.
      if (early.kind !== 'append') continue;
      expect(early.entry.seq).toBe(stale + 1);
    }
    const expected = appends(paper, command, Date.parse(minute(clock)));
    const decision = decide(state.request, command, minute(clock));
    if (expected !== undefined) expect([command, decision.kind === 'append']).toEqual([command, expected]);
    state.taken.push(`${command.type} ${decision.kind === 'refused' ? decision.refusal.code : decision.kind}`);
    if (decision.kind === 'append') {
      state.log.push(decision.entry);
      state.request = foldEntry(state.request, decision.entry);
      paper.does(command, decision.entry);
      if (step.lost)
        expect(decide(state.request, command, minute(clock))).toEqual({ kind: 'recorded', entry: decision.entry });
    }
    if (decision.kind === 'recorded') expect(state.log).toContainEqual(decision.entry);
    eachStep(state);
  }
  return state;
}
