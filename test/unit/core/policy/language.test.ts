import { loadPolicy } from '../../../../core/policy/load.ts';
import { Policy } from '../../../../core/policy/policy.ts';
import { loaded, mistakesIn, people, warningsIn } from './loaded.ts';

const workflows = (text: string) => `${people}approval_workflows:\n${text}`;
const expert = '  expert_review: { scope: high_risk_changes }\n';

describe('a mistake in a rule is told with its path and what was meant', () => {
  test.each<[string, string, string]>([
    [
      'an approver who is nobody',
      'checkpoints: { c: { trigger: t, approver: tehcnical_lead, timeout: 1_day } }',
      "checkpoints.c.approver: 'tehcnical_lead' is no person, group or role; did you mean 'technical_lead'?",
    ],
    [
      'one of several',
      'checkpoints: { c: { trigger: t, approvers: [ada, bbo], timeout: 1_day } }',
      "checkpoints.c.approvers.1: 'bbo' is no person, group or role; did you mean 'bob'?",
    ],
    [
      'nobody named',
      'checkpoints: { c: { trigger: t, timeout: 1_day } }',
      'checkpoints.c.approvers: is required and must name somebody: a name or a list of names',
    ],
    [
      'an empty list of names',
      'checkpoints: { c: { trigger: t, approvers: [], timeout: 1_day } }',
      'checkpoints.c.approvers: must name somebody: a name or a list of names',
    ],
    [
      'both ways of naming',
      'checkpoints: { c: { trigger: t, approver: ada, approvers: bob, timeout: 1_day } }',
      'checkpoints.c.approver: stands beside `approvers`: say one of them',
    ],
    [
      'no time',
      'checkpoints: { c: { trigger: t, approver: ada } }',
      'checkpoints.c.timeout: is required and must be a duration such as 24_hours, 30_minutes, 45_seconds or 2_days',
    ],
    [
      'no trigger',
      'checkpoints: { c: { approver: ada, timeout: 1_day } }',
      'checkpoints.c: nothing triggers it: give it a `trigger` or a `when`, or say `required: false`',
    ],
    [
      'a mistyped key',
      'checkpoints: { c: { triger: t, approver: ada, timeout: 1_day } }',
      "checkpoints.c.triger: unknown key 'triger'; expected trigger, when, required, approver, approvers, rule, order, timeout, comment, veto, assign, delegate_to, assurance, criteria; did you mean 'trigger'?",
    ],
    [
      'a broken expression',
      "checkpoints: { c: { when: 'risk = 1', approver: ada, timeout: 1_day } }",
      "checkpoints.c.when: '=' at character 6 cannot be read; write ==",
    ],
    [
      'a reserved name',
      'checkpoints: { policy_change: { trigger: t, approver: ada, timeout: 1_day } }',
      "checkpoints.policy_change: 'policy_change' is what the checkpoint of policy_change is called",
    ],
    [
      'delegates who are nobody',
      'checkpoints: { c: { trigger: t, approver: ada, timeout: 1_day, delegate_to: eda } }',
      "checkpoints.c.delegate_to: 'eda' is no person, group or role; did you mean 'ada'?",
    ],
    [
      'too many asked for',
      'checkpoints: { c: { trigger: t, approver: peer, rule: { quorum: 3 }, timeout: 1_day } }',
      'checkpoints.c.rule: needs 3 approvers, but the stage has 2',
    ],
    [
      'one from each of the same',
      'checkpoints: { c: { trigger: t, approvers: [ada, technical_lead], rule: one_from_each, timeout: 1_day } }',
      'checkpoints.c.rule: cannot be met: the groups need somebody each, and they are the same people',
    ],
    [
      'an assurance that is not built',
      `${workflows(expert)}assurance: { high: passkey }`,
      'assurance.high: must be link: no surer way is built yet, and a policy must not promise one',
    ],
    [
      'an unknown kind',
      workflows(`  my_review: {}\n${expert}`),
      'approval_workflows.my_review.kind: is required and must be automatic, peer_review, expert_review, emergency_bypass',
    ],
    [
      'a mistyped kind',
      workflows(`  peer_reveiw: {}\n${expert}`),
      "approval_workflows.peer_reveiw.kind: is required and must be automatic, peer_review, expert_review, emergency_bypass; did you mean 'peer_review'?",
    ],
    [
      'a name against its kind',
      workflows(`  peer_review: { kind: automatic, when: risk == 'low' }\n${expert}`),
      'approval_workflows.peer_review.kind: must be peer_review, as its name says',
    ],
    [
      'automatic approval of everything',
      workflows(`  automatic: { scope: low_risk_tasks }\n${expert}`),
      'approval_workflows.automatic: must say by `criteria` or `when` what needs nobody: this would approve whatever is asked',
    ],
    [
      'automatic approval by somebody',
      workflows(`  automatic: { when: risk == 'low', approver: ada }\n${expert}`),
      'approval_workflows.automatic.approver: does nothing in automatic, so take it out',
    ],
    [
      'a mistyped scope',
      workflows('  expert_review: { scope: hgih }\n'),
      'approval_workflows.expert_review.scope: must be low_risk_tasks, medium_risk_changes, high_risk_changes, critical_fixes (emergency_bypass), or a list of low, medium, high, critical',
    ],
    [
      'a mistyped step',
      workflows('  expert_review: { process: [expert_reveiw_request] }\n'),
      "approval_workflows.expert_review.process.0: 'expert_reveiw_request' is no step of expert_review; there are expert_review_request, expert_review, detailed_review, approval_with_conditions, automated_merge, implementation_with_monitoring; did you mean 'expert_review_request'?",
    ],
    [
      'a step of another time than the timeout',
      workflows('  expert_review: { process: detailed_review_48h, timeout: 1_day }\n'),
      'approval_workflows.expert_review.timeout: says something else than `process` does',
    ],
    [
      'a condition that is none',
      workflows('  expert_review: { criteria: [breaking_changes, 3] }\n'),
      'approval_workflows.expert_review.criteria.1: must be a condition: a name or an expression, as text',
    ],
    [
      'an emergency by risk',
      workflows(`${expert}  emergency_bypass: { scope: high_risk_changes }\n`),
      'approval_workflows.emergency_bypass.scope: must be critical_fixes, or left out: an emergency is asked for, whatever its risk',
    ],
    [
      'two emergencies',
      workflows(`${expert}  emergency_bypass: {}\n  other: { kind: emergency_bypass }\n`),
      'approval_workflows.other: there is an emergency_bypass already',
    ],
    [
      'a workflow called as a checkpoint is',
      `${workflows(`${expert}  c: { kind: peer_review }\n`)}checkpoints: { c: { trigger: t, approver: ada, timeout: 1_day } }`,
      "approval_workflows.c: 'c' is a checkpoint already; a stage is known by its name",
    ],
    [
      'an escalation to nowhere',
      `${workflows(expert)}escalation_levels: { level_1: { actions: [], timeout: 1_hour, escalation: levle_1 } }`,
      "escalation_levels.level_1.escalation: 'levle_1' is no escalation level, and not continuous_monitoring; did you mean 'level_1'?",
    ],
    [
      'an escalation in a circle',
      `${workflows(expert)}escalation_levels: { a: { actions: [], timeout: 1_hour, escalation: a } }`,
      "escalation_levels.a.escalation: leads back to 'a', so it would never end",
    ],
    [
      'windows of nowhere',
      `${workflows(expert)}maintenance_windows: { approvers: ada, timeout: 1_day }`,
      "maintenance_windows.environments: is required and must be a list of environments or patterns, such as '*'",
    ],
    [
      'a name for a condition used above it',
      `${workflows(expert)}conditions: { a: no_b, b: facts.x > 1 }`,
      "conditions.a: 'b' has to stand above what uses it",
    ],
  ])('%s', (_, text, mistake) => {
    const whole = text.startsWith('directory:') ? text : people + text;
    expect(mistakesIn(whole)).toEqual([mistake]);
  });

  test('several at once, each in its place, and a wrong key hides no wrong name', () => {
    expect(
      mistakesIn(
        workflows('  expert_review: { criteria: [facts.a <], approver: [eda], tiemout: 1_day, review: {} }\n'),
      ),
    ).toEqual([
      'approval_workflows.expert_review.criteria.0: something is missing at its end (character 10)',
      "approval_workflows.expert_review.approver.0: 'eda' is no person, group or role; did you mean 'ada'?",
      expect.stringContaining("unknown key 'tiemout'"),
      'approval_workflows.expert_review.review: does nothing in expert_review, so take it out',
    ]);
  });

  test('a role that nobody has, where nobody is named', () => {
    const noPeer = workflows(`${expert}  peer_review: {}\n`).replaceAll('peer, ', '');
    expect(mistakesIn(noPeer)).toEqual([
      "approval_workflows.peer_review: 'peer_review' names no approvers, and nobody has the role peer",
    ]);
    const noExpert = workflows('  peer_review: {}\n').replaceAll(/, expert|expert, /g, '');
    expect(mistakesIn(noExpert)).toEqual([
      'approval_workflows: what no rule covers needs an expert: add a rule called expert_review, or give people the role expert',
    ]);
    const other = noExpert.replace(
      '  peer_review: {}\n',
      '  docs: { kind: expert_review, approver: ada, when: facts.docs }\n',
    );
    expect(mistakesIn(other)).toHaveLength(1);
    expect(mistakesIn(other.replace('when: facts.docs', 'scope: [medium]'))).toHaveLength(1);
    expect(mistakesIn(other.replace('when: facts.docs', 'scope: high_risk_changes'))).toEqual([]);
  });

  test('more people than a stage may ask, unless the work is spread', () => {
    const crowd = Array.from(
      { length: 60 },
      (_, i) => `    p${i}: { name: P, email: p${i}@example.com, roles: [crowd] }\n`,
    );
    const text = (assign: string) =>
      `directory:\n  people:\n${crowd.join('')}sources:\n  "iam:*": { may_name: ["*"], environments: ["*"] }\ncheckpoints: { c: { trigger: t, approver: crowd, timeout: 1_day${assign} } }`;
    expect(mistakesIn(text(''))).toEqual([
      'checkpoints.c.approver: must not be more than 50 people (they are 60); `assign: least_loaded` asks only as many as the rule needs',
    ]);
    expect(mistakesIn(text(', assign: round_robin'))).toEqual([]);
    expect(mistakesIn(text(', assign: round_robin, rule: all'))).toHaveLength(1);
  });
});

describe('a warning', () => {
  const stated = people.replace('facts: ["*"]', 'facts: [breaking_change, lines_changed]');

  test('names a fact that no source may state, and what was meant', () => {
    const text = `${stated}approval_workflows:\n  expert_review: { criteria: [breaking_chagne, breaking_changes, facts.lines_chnaged > 3] }\n`;
    expect(mistakesIn(text)).toEqual([]);
    expect(warningsIn(text)).toEqual([
      "approval_workflows.expert_review.criteria.0: no source may state the fact 'breaking_chagne'; did you mean 'breaking_change'?",
      expect.stringContaining("criteria.2: no source may state the fact 'lines_chnaged'"),
    ]);
  });

  test('has line and column, and stands beside mistakes too', () => {
    const read = loadPolicy(`${stated}checkpoints: { c: { when: x, approver: nobody, timeout: 1_day } }\n`);
    expect(read).toMatchObject({ ok: false, mistakes: [{ line: 8 }], warnings: [{ line: 8, column: 27 }] });
  });

  test('names an environment that a source asks for and the policy does not list, where workflows cover it', () => {
    const text = `${workflows(expert)}environments: { production: {} }\n`.replace(
      'environments: ["*"]',
      'environments: [prodution]',
    );
    expect(mistakesIn(text)).toEqual([]);
    expect(warningsIn(text)).toEqual([
      "sources.iam:*.environments.0: 'prodution' is no environment of this policy; did you mean 'production'?",
    ]);
  });

  test('tells of gates that a bypass leaves unasked, and of high risk that nobody looks at', () => {
    const gates = 'gates: { any: { stages: [{ name: r, approvers: ada, timeout: 1_day }] } }';
    expect(warningsIn(`${people}environments: { test: { bypass: automatic, ${gates} } }\n`)).toHaveLength(1);
    expect(warningsIn(workflows(`${expert}  automatic: { scope: [high], criteria: [well_tested] }\n`))).toHaveLength(1);
    // Without a scope it is for any risk.
    expect(warningsIn(workflows(`${expert}  automatic: { criteria: [well_tested] }\n`))).toEqual([
      'approval_workflows.automatic: has no `scope`, so it lets requests of high risk through without anybody',
    ]);
    expect(warningsIn(workflows(`${expert}  automatic: { scope: low_risk_tasks, criteria: [tested] }\n`))).toEqual([]);
  });

  test('tells of an expert review that takes the place of a peer review by more people', () => {
    const told = (expertReview: string, peerReview: string) =>
      warningsIn(workflows(`  expert_review: { ${expertReview} }\n  peer_review: { ${peerReview} }\n`));
    const three = 'approvers: [ada, bob, cyd], rule: { quorum: 3 }';
    const warning =
      "approval_workflows.expert_review: asks for 1 person and takes the place of 'peer_review', which asks for 3 people: where both apply, the expert review alone is asked";
    expect(told('scope: [high], approver: ada', three)).toEqual([warning]);
    expect(told('criteria: [odd], approver: ada', `scope: [low], ${three}`)).toEqual([warning]);
    expect(told('scope: [high], approver: ada', 'approvers: [ada, bob, cyd], rule: all')).toEqual([warning]);
    // No risk is for both, or the expert review asks for as many.
    expect(told('scope: [high], approver: ada', `scope: [low, medium], ${three}`)).toEqual([]);
    expect(told(`scope: [high], ${three}`, three)).toEqual([]);
    expect(told('scope: [high], approver: ada', 'approvers: [ada, bob, cyd]')).toEqual([]);
  });
});

describe('the directory', () => {
  const withPerson = (keys: string) =>
    people.replace('roles: [technical_lead, expert] }', `roles: [technical_lead, expert], ${keys} }`) +
    workflows(expert).replace(people, '');

  test('has a group for each role, merged with a group of the same name', () => {
    const text = workflows(expert).replace(
      'sources:',
      '  groups: { peer: [ada], leads: [technical_lead, bob] }\nsources:',
    );
    expect(loaded(text).directory.groups).toEqual({
      peer: ['ada', 'bob', 'cyd'],
      leads: ['technical_lead', 'bob'],
      technical_lead: ['ada'],
      expert: ['ada', 'cyd'],
      on_call_engineer: ['bob'],
    });
  });

  test.each<[string, string[]]>([
    ['mon-fri', ['mon', 'tue', 'wed', 'thu', 'fri']],
    ['sat-mon', ['mon', 'sat', 'sun']],
    ['wed', ['wed']],
    ['[fri, mon]', ['mon', 'fri']],
  ])('knows working days written as %s', (days, expected) => {
    const { hours } =
      loaded(withPerson(`hours: { days: ${days}, from: 09:00, to: '24:00' }`)).directory.people.ada ?? {};
    expect(hours).toEqual({ days: expected, from: '09:00', to: '24:00' });
  });

  test.each<[string, string, string, string]>([
    [
      'days in a time zone, the last one included',
      'Europe/Berlin',
      "{ from: '2026-03-28', to: '2026-03-29', cover: bob }",
      '2026-03-27T23:00:00.000Z 2026-03-29T22:00:00.000Z',
    ],
    [
      'days without one',
      'UTC',
      "{ from: '2026-12-24', to: '2026-12-24' }",
      '2026-12-24T00:00:00.000Z 2026-12-25T00:00:00.000Z',
    ],
    [
      'the day on which clocks change at midnight',
      'Africa/Cairo',
      "{ from: '2026-04-24', to: '2026-04-24' }",
      '2026-04-23T22:00:00.000Z 2026-04-24T21:00:00.000Z',
    ],
    [
      'times',
      'Asia/Tokyo',
      "{ from: '2026-08-01T09:00:00+02:00', to: '2026-08-01T10:00Z' }",
      '2026-08-01T07:00:00.000Z 2026-08-01T10:00:00.000Z',
    ],
  ])('knows absences as %s', (_, zone, absence, expected) => {
    const [away] =
      loaded(withPerson(`time_zone: ${zone}, out_of_office: [${absence}]`)).directory.people.ada?.outOfOffice ?? [];
    expect(`${away?.from} ${away?.to}`).toBe(expected);
  });

  test.each([
    [
      'time_zone: Europe/Brelin',
      "directory.people.ada.time_zone: 'Europe/Brelin' is no time zone such as Europe/Berlin; did you mean 'Europe/Berlin'?",
    ],
    [
      "hours: { days: mon-fri, from: '17:00', to: '09:00' }",
      'directory.people.ada.hours.to: must be after `from`: hours do not reach over midnight',
    ],
    [
      "hours: { days: workdays, from: '09:00', to: '17:00' }",
      'directory.people.ada.hours.days: must be weekdays: a list such as [mon, wed], or a range such as mon-fri',
    ],
    [
      "hours: { days: mon, from: '9', to: '17:00' }",
      "directory.people.ada.hours.from: must be a time of day such as '09:00'",
    ],
    [
      "out_of_office: [{ from: '2026-08-14', to: '2026-08-03' }]",
      'directory.people.ada.out_of_office.0.to: must not be before `from`',
    ],
    [
      "out_of_office: [{ from: '2026-02-30', to: '2026-08-03' }]",
      "directory.people.ada.out_of_office.0.from: must be a day such as '2026-08-01', or a time such as '2026-08-01T09:00:00Z'",
    ],
    [
      "out_of_office: [{ from: '2026-08-03', to: '2026-08-03', cover: bbo }]",
      "directory.people.ada.out_of_office.0.cover: 'bbo' is no person; did you mean 'bob'?",
    ],
    [
      "out_of_office: [{ from: '2026-08-03', to: '2026-08-03', cover: ada }]",
      'directory.people.ada.out_of_office.0.cover: nobody sits in for themselves',
    ],
  ])('refuses %s', (keys, mistake) => {
    expect(mistakesIn(withPerson(keys))).toEqual([mistake]);
  });

  test('refuses a role called as a person is, and one that is no name', () => {
    expect(mistakesIn(workflows(expert).replace('on_call_engineer', 'ada'))).toEqual([
      "directory.people.bob.roles.1: 'ada' is a person already; a role needs a name of its own",
    ]);
    expect(mistakesIn(workflows(expert).replace('on_call_engineer', '"on call"'))).toEqual([
      expect.stringContaining("directory.people.bob.roles.1: 'on call' cannot be a role's name"),
    ]);
  });
});

describe('what is read', () => {
  test('is a policy as it is stored, and says nothing of what the file leaves out', () => {
    const policy = loaded(workflows(`${expert}  emergency_bypass: { act_first: [on_call_engineer] }\n`));
    expect(Policy.parse(policy)).toEqual(policy);
    expect(policy.emergency).toEqual({
      criteria: [],
      stage: {
        name: 'emergency_bypass',
        approvers: ['on_call_engineer', 'technical_lead'],
        rule: 'any',
        timeout: 1_800,
      },
      actFirst: ['on_call_engineer'],
      review: { name: 'review', approvers: ['technical_lead'], rule: 'any', timeout: 259_200 },
    });
    expect(Object.keys(policy)).toEqual(['edition', 'directory', 'sources', 'environments', 'workflows', 'emergency']);
  });

  test('takes steps with a time as timeouts', () => {
    const text = workflows(
      '  expert_review: { process: [expert_review_2d] }\n  emergency_bypass: { process: [emergency_approval_15m, post_implementation_review_5d] }\n',
    );
    const { workflows: rules, emergency } = loaded(text);
    expect(rules?.[0]?.stage?.timeout).toBe(172_800);
    expect([emergency?.stage.timeout, emergency?.review.timeout]).toEqual([900, 432_000]);
  });

  test('may have many rules of a kind', () => {
    const { workflows: rules } = loaded(
      workflows(`${expert}  shop: { kind: expert_review, when: source.startsWith('iam:'), approver: ada }\n`),
    );
    expect(rules?.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'expert_review expert_review',
      'shop expert_review',
    ]);
  });

  test('may be as large as a company: 1,000 rules, 10,000 people', () => {
    const crowd = Array.from(
      { length: 10_000 },
      (_, i) =>
        `    p${i}: { name: P, email: p${i}@example.com, roles: [team${i % 250}], principals: [{ role: "Sso*", session: p${i} }] }`,
    );
    const rules = Array.from(
      { length: 1_000 },
      (_, i) => `  c${i}: { trigger: t${i}, when: facts.f${i} > ${i}, approver: team${i % 250}, timeout: 1_day }`,
    );
    const text = `directory:\n  people:\n${crowd.join('\n')}\nsources:\n  "iam:*": { may_name: ["*"], environments: ["*"], facts: ["*"] }\ncheckpoints:\n${rules.join('\n')}\n`;
    const policy = loaded(text, { publishing: true });
    expect(policy.checkpoints).toHaveLength(1_000);
    expect(policy.directory.groups.team0).toHaveLength(40);
  });
});
