import { ask, bob, ending } from '../../support/cloud/ask.ts';
import { entriesOfType } from '../../support/cloud/audit.ts';
import { askForCurrentLink, decide, nonceIn, open, send, textOf, tryToDecide } from '../../support/cloud/by-http.ts';
import { invoke } from '../../support/cloud/functions.ts';
import { ageRevocations, mintedLike, tokenOf, turnLinkKeys } from '../../support/cloud/link-keys.ts';
import { asksTo, laterLinkFor, linkFor, linkIn } from '../../support/cloud/mailbox.ts';
import { until } from '../../support/cloud/until.ts';

// A key that is withdrawn has every open request of the whole run mailed again.
jest.setTimeout(180_000);

describe('R22 link keys', () => {
  // The sweep would mail the first requests of whatever runs next a second link.
  afterEach(ageRevocations);

  test('turned twice: a link from before works still, and new ones are signed under the newest', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    await turnLinkKeys({ action: 'rotate' });
    const { epoch } = await turnLinkKeys({ action: 'rotate' });

    const later = await ask();
    const forLater = await linkFor(later.id, bob);
    expect(epochOf(forLater)).toBe(epoch);
    expect(epochOf(link)).toBeLessThanOrEqual(epoch - 2);
    await Promise.all([decide(link, 'approve'), decide(forLater, 'approve')]);
    expect((await ending(asked)).status).toBe('SUCCEEDED');
    expect((await ending(later)).status).toBe('SUCCEEDED');
  });

  test('withdrawn: its links are dead from the next request on, one asks for the current one, the sweep reissues the rest', async () => {
    const [one, other] = [await ask(), await ask()];
    const [link, untouched] = [await linkFor(one.id, bob), await linkFor(other.id, bob)];
    const nonce = nonceIn(await open(link)) ?? '';
    await turnLinkKeys({ action: 'revoke', epoch: epochOf(link) });

    const dead = await open(link);
    expect(dead.status).toBe(410);
    expect(textOf(dead)).toContain('This link was withdrawn');
    expect((await send(link, nonce, 'approve')).status).toBe(410);
    expect(await entriesOfType(one.id, 'decided')).toEqual([]);

    expect((await askForCurrentLink(link, dead)).status).toBe(202);
    const current = await laterLinkFor(one.id, bob, 2);
    await decide(current, 'approve');
    expect((await ending(one)).status).toBe('SUCCEEDED');

    expect((await invoke('Sweep', {})).failed).toBe(false);
    const reissued = await laterLinkFor(other.id, bob, 2);
    expect((await open(untouched)).status).toBe(410);
    await decide(reissued, 'approve');
    expect((await ending(other)).status).toBe('SUCCEEDED');
  });

  test('the same link asked for again and again is sent five times and no more', async () => {
    const asked = await ask();
    const first = await mintedLike(await linkFor(asked.id, bob), 'bob', { expires: Math.floor(Date.now() / 1000) - 1 });
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await askForCurrentLink(first, await open(first))).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429, 429]);
    // One mail may stand for several of them: only the newest decides.
    await until('the newest link decides', async () => {
      const [newest] = await asksTo(asked.id, bob);
      const link = newest && linkIn(newest);
      return link !== undefined && (await tryToDecide(link, 'reject')).status === 200;
    });
    expect((await ending(asked)).error).toBe('Approval.Rejected');
    expect((await asksTo(asked.id, bob)).length).toBeLessThanOrEqual(6);
  });
});

function epochOf(link: string): number {
  return Buffer.from(tokenOf(link), 'base64url').readUInt16BE(1);
}
