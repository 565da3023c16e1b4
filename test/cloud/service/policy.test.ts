import { readdirSync, readFileSync } from 'node:fs';
import { ROOT } from '../../support/aws.ts';
import { callApi } from '../../support/cloud/api.ts';
import { ask, bob, carol, dan, ending, gates, opened } from '../../support/cloud/ask.ts';
import { entriesOf } from '../../support/cloud/audit.ts';
import { decide, nonceIn, open, send, textOf } from '../../support/cloud/by-http.ts';
import { anAsk } from '../../support/cloud/emit.ts';
import { invoke } from '../../support/cloud/functions.ts';
import { entryOf } from '../../support/cloud/log.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';
import { underPolicy } from '../../support/cloud/policy-for-a-test.ts';
import { until } from '../../support/cloud/until.ts';

jest.setTimeout(180_000);

/** The demo's policy with a place of its own, rules by what a change is, and no gate for places that nobody named. */
const withRules =
  (crew = 'bob, dan') =>
  (demo: string) =>
    demo
      .replace(/^ {2}any:\n {4}gates:[\s\S]*$/m, '')
      .replace(
        '    leads: [bob, carol, dan]',
        `    leads: [bob, carol, dan]\n    crew: [${crew}]\n    security_team: [carol]`,
      )
      .replace(
        'environments:\n',
        `checkpoints:
  security_review:
    trigger: security_related_change
    approver: security_team
    criteria: [security_assessment, best_practices]
    timeout: 24_hours
approval_workflows:
  automatic:
    scope: low_risk_tasks
    criteria: [no_breaking_changes, well_tested]
  peer_review:
    scope: medium_risk_changes
    criteria: [code_changes_under_200_lines, no_breaking_changes]
    approvers: [bob]
  expert_review:
    criteria: [breaking_changes]
    approvers: [crew]
    rule: all
environments:
  rules: {}
`,
      );

const change = (facts: Record<string, unknown>, more: object = {}) => ({
  environment: 'rules',
  risk: 'medium',
  facts,
  ...more,
});
const stagesOf = async (id: string) => (await entryOf(id, 'opened')).gate.stages.map(({ name }) => name);

test('the facts of a change decide who is asked: nobody, a peer, experts, security besides; what no rule covers needs experts', async () => {
  await underPolicy(withRules(), async () => {
    const tested = { breaking_change: false, well_tested: true };
    const automatic = await ask(change(tested, { risk: 'low' }));
    expect(await ending(automatic)).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'auto_approved' } });

    const peer = await opened(change({ lines_changed: 120, breaking_change: false }));
    const experts = await opened(change({ lines_changed: 120, breaking_change: true }));
    const large = await opened(change({ lines_changed: 500, breaking_change: false }));
    const secure = await opened(
      change({ lines_changed: 120, breaking_change: false }, { trigger: 'security_related_change' }),
    );
    expect((await entryOf(peer.id, 'opened')).gate).toMatchObject({ workflow: 'peer_review' });
    expect((await entryOf(experts.id, 'opened')).gate).toMatchObject({ workflow: 'expert_review' });
    expect((await entryOf(large.id, 'opened')).gate).toMatchObject({ workflow: 'expert_review' });
    expect((await stagesOf(secure.id))[0]).toBe('security_review');

    // The checklist is confirmed item by item, or it is no approval.
    const link = await linkFor(secure.id, carol);
    expect((await send(link, nonceIn(await open(link)) ?? '', 'approve')).status).toBe(400);
    expect((await entriesOf(secure.id)).some(({ type }) => type === 'decided')).toBe(false);
    await decide(link, 'approve');
    expect(await entryOf(secure.id, 'decided')).toMatchObject({ confirmed: [0, 1], effect: 'stage_passed' });
  });
});

test('R18 W1 somebody leaves whom the gate needs: the others are asked in a new round, and their votes stand', async () => {
  const asked = await underPolicy(withRules('bob, dan'), async () => {
    const one = await opened(change({ breaking_change: true }));
    await decide(await linkFor(one.id, dan), 'approve');
    return one;
  });
  const stale = await linkFor(asked.id, bob);
  // bob has left, carol has come into the crew.
  await underPolicy(
    (demo) =>
      withRules('carol, dan')(demo)
        .replace(/^ {4}bob: .*\n/m, '')
        .replace(/\bbob\b(?!@)/g, 'carol'),
    async () => {
      expect((await open(stale)).status).toBe(403);
      await invoke('Sweep', {});
      const round = await until('the second round', async () =>
        (await entriesOf(asked.id)).find(({ type }) => type === 'round_opened'),
      );
      expect(round).toMatchObject({ round: 2, carried: [expect.any(Number)] });
    },
  );
  const { body } = await callApi('GET', `/requests/${asked.id}`, { as: ROOT });
  expect(body.round).toBe(2);
});

/** dan in the crew, or out of it and still in the directory. */
const crewOf =
  (crew: string) =>
  (demo: string): string =>
    withRules(crew)(demo).replace('    rule: all\n', '    rule: { quorum: 1 }\n');

test('R18 whoever loses the group by which they were asked is refused by their open link, and is told; a colleague decides', async () => {
  const asked = await underPolicy(crewOf('bob, dan'), () => opened(change({ breaking_change: true })));
  const [his, hers] = [await linkFor(asked.id, dan), await linkFor(asked.id, bob)];
  const nonce = nonceIn(await open(his)) ?? '';
  await underPolicy(crewOf('bob'), async () => {
    const page = await open(his);
    expect([page.status, textOf(page)]).toEqual([403, expect.stringContaining('no longer in')]);
    expect((await send(his, nonce, 'approve')).status).toBe(403);
    expect((await entryOf(asked.id, 'attempt_refused')).code).toBe('not_eligible');
    await decide(hers, 'approve');
  });
  expect(await entryOf(asked.id, 'decided')).toMatchObject({ person: 'bob', outcome: 'approved' });
});

test('W1 a gate that nobody is left for is refused at once, and says which stage, how many and why', async () => {
  const refused = await callApi('POST', '/requests', {
    as: ROOT,
    body: { ...anAsk(), ...gates.both, requestedBy: bob, authors: [carol] },
  });
  expect([refused.status, refused.body.code]).toEqual([403, 'gate_unreachable']);
  expect(refused.body.message).toMatch(/'review'.*Bob Baker.*Carol Clark|'review'.*Carol Clark.*Bob Baker/);
});

test('W10 the answer says who is asked, and how long such requests took', async () => {
  const environment = 'staging';
  const openOne = () => callApi('POST', '/requests', { as: ROOT, body: { ...anAsk(), environment } });
  for (let i = 0; i < 3; i++) {
    const { body } = await openOne();
    await decide(await linkFor(body.id, bob), 'approve');
    await until(
      'its row',
      async () => (await callApi('GET', `/requests/${body.id}`, { as: ROOT })).body.status === 'settled',
    );
  }
  const expected = await until('three waits', async () => {
    const { body } = await openOne();
    return body.expectedWait ? body : undefined;
  });
  expect(expected.stages).toMatchObject([{ approvers: [{ address: bob, standing: 'asked' }] }]);
  expect(expected.expectedWait).toMatchObject({
    median: expect.any(Number),
    ninetieth: expect.any(Number),
    of: expect.any(Number),
  });
});

test('the seed’s own three blocks and a directory are a policy that can be published', async () => {
  const folder = 'test/fixtures/policy';
  const blocks = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
    .join('\n');
  await underPolicy(
    (demo) =>
      `${demo.replace(
        '    leads: [bob, carol, dan]',
        '    leads: [bob, carol, dan]\n    security_team: [carol]\n    senior_developer: [bob]\n    technical_lead: [dan]\n    peer: [bob, carol]\n    expert: [dan]',
      )}\n${blocks}`,
    async () => {
      const asked = await opened({ environment: 'staging', risk: 'medium', trigger: 'security_related_change' });
      expect(await stagesOf(asked.id)).toContain('security_review');
    },
  );
});
