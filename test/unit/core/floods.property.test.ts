import fc from 'fast-check';
import { decide } from '../../../core/decide/decide.ts';
import { foldEntry } from '../../../core/fold.ts';
import { limits } from '../../../core/limits.ts';
import type { Request } from '../../../core/request.ts';
import { gateOf, linkOf, minute, notNotified, open, stage, vote } from '../../support/core-fixtures.ts';
import { PaperRequest } from '../../support/core-model.ts';
import { comments, type Meant, refusals, reissues, simple } from '../../support/some-commands.ts';

describe('R57 bounded', () => {
  const floods: fc.Arbitrary<Meant> = fc.oneof(
    comments,
    refusals,
    reissues,
    simple,
    fc.integer().map((n) => () => notNotified(`${n}`)),
  );

  test('a flood of what decides nothing fills no log, and a vote still counts', () => {
    const who = ['bob', 'carol'];
    fc.assert(
      fc.property(fc.array(floods, { minLength: 100, maxLength: 300 }), (flood) => {
        const gate = gateOf([stage(who, 'any', { timeout: 1e6 })]);
        const first = decide(undefined, open(gate, { tasks: [] }), minute(0));
        if (first.kind !== 'append') throw new Error('not opened');
        let request: Request = foldEntry(undefined, first.entry);
        const paper = new PaperRequest(gate, 0);
        for (const [i, send] of flood.entries()) {
          const command = send(paper, request);
          if (['cancel', 'leave', 'open'].includes(command.type)) continue;
          const fresh = 'commandId' in command ? { ...command, commandId: `flood:${i}` } : command;
          const decision = decide(request, fresh, minute(1));
          if (decision.kind === 'append') request = foldEntry(request, decision.entry);
        }
        expect(request.comments.length).toBeLessThanOrEqual(limits.comments);
        const attempts = Object.values(request.refusals);
        expect(attempts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(limits.refusalsPerRequest);
        expect(Math.max(0, ...attempts)).toBeLessThanOrEqual(limits.refusalsPerLink);
        expect(request.seq).toBeLessThanOrEqual(limits.entries);
        const generation = 1 + Object.values(request.reissues).reduce((sum, { count }) => sum + count, 0);
        const cast = { ...vote('bob', 'approve'), link: linkOf('bob', { generation }) };
        expect(decide(request, cast, minute(2))).toMatchObject({ kind: 'append', entry: { outcome: 'approved' } });
      }),
      { numRuns: 20 },
    );
  });
});
