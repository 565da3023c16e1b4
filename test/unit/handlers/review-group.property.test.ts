import fc from 'fast-check';
import { sealOffered } from '../../../core/group.ts';
import { GroupDesk } from '../../support/group-desk.ts';
import { policyWith } from '../../support/review-desk.ts';

const policy = policyWith(['{ name: review, approvers: [bob, carol], rule: any, timeout: 24_hours }']);

/** All by which requests differ here; `before` is what somebody does to one before the page is sent. */
const asking = fc.record({
  risk: fc.constantFrom('low', 'low', 'low', 'medium', 'high', 'critical'),
  title: fc.constantFrom('Rotate a log', 'Rotate a log', 'Rotate a l0g'),
  requestedBy: fc.constantFrom('alice@example.com', 'alice@example.com', 'bob@example.com', 'dan@example.com'),
  environment: fc.constantFrom('production', 'production', 'staging'),
  keep: fc.constantFrom(4, 4, 5),
  before: fc.constantFrom('nothing', 'nothing', 'rejected', 'commented'),
});

/** Which are sent, and whose shown digest with each: as if whoever sends it could seal whatever they like. */
const choice = fc.array(fc.record({ of: fc.nat(7), digestOf: fc.option(fc.nat(7), { freq: 4 }) }), { maxLength: 10 });

test('W7 no choice of requests decides one that is not of low risk, identical with the page’s and theirs; every other one is decided', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(asking, { minLength: 2, maxLength: 8 }), choice, async (wanted, chosen) => {
      const desk = new GroupDesk(policy);
      const all: ((typeof wanted)[number] & { id: string })[] = [];
      const first = { ...wanted[0], requestedBy: 'alice@example.com', before: 'nothing' };
      for (const [n, of] of [first, ...wanted.slice(1)].entries()) {
        const { keep, before, ...ask } = { ...wanted[n], ...of } as (typeof wanted)[number];
        all.push({ ...ask, keep, before, id: await desk.ask(`r${n}`, { ...ask, payload: { keep } }) });
      }
      const [own] = all;
      if (!own) return;
      const link = await desk.link(own.id, 'bob');
      const { nonce } = await desk.show(link);
      for (const { id, before } of all) {
        if (before === 'nothing') continue;
        const carols = await desk.link(id, 'carol');
        const page = await desk.show(carols);
        await desk.send(carols, before === 'rejected' ? 'reject' : 'comment', page.nonce, { comment: 'No.' });
      }
      const keys = await desk.fakes.linkKeys.of(1);
      const shown = (n: number) => desk.request(all[n % all.length]?.id ?? '').round.shownDigest;
      const picked = chosen.map(({ of, digestOf }) => ({ of: of % all.length, digestOf: digestOf ?? of }));
      const also = picked.map(({ of, digestOf }) =>
        sealOffered({ id: all[of]?.id ?? '', shownDigest: shown(digestOf) }, nonce, keys),
      );
      await desk.send(link, 'approve', nonce, { also: [...new Set(also)] });

      for (const [n, one] of all.entries()) {
        const identical = (['risk', 'title', 'requestedBy', 'environment', 'keep'] as const).every(
          (key) => one[key] === own[key],
        );
        const sent = picked.some(({ of, digestOf }) => of === n && shown(digestOf) === shown(n));
        const may = n === 0 || (sent && one.risk === 'low' && identical && one.before === 'nothing');
        const decisions = desk.decisions(one.id).filter(({ answer }) => answer === 'approve');
        expect(decisions.map(({ by }) => by)).toEqual(may ? ['bob@example.com'] : []);
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);
