import { mistakesIn, people, warningsIn } from './loaded.ts';

const workflows = (text: string) => `${people}approval_workflows:\n${text}`;
const expert = '  expert_review: { scope: high_risk_changes }\n';

describe('a mistake hides none of those beneath it', () => {
  test('a workflow of no kind tells its bad conditions too', () => {
    const text = workflows(`${expert}  mine: { criteria: [files_under_20], when: "risk >= 'high'" }\n`);
    expect(mistakesIn(text).map((mistake) => mistake.split(': ')[0])).toEqual(
      expect.arrayContaining([
        'approval_workflows.mine.kind',
        'approval_workflows.mine.criteria.0',
        'approval_workflows.mine.when',
      ]),
    );
  });

  const paths = (text: string) => mistakesIn(text).map((mistake) => mistake.split(': ')[0]);

  test('a person with an unknown key tells of times, cover, principals and mailbox too', () => {
    const text = workflows(expert)
      .replace(
        'ada@example.com, roles',
        'ada@example.com, rols: [x], time_zone: Europe/Brelin, hours: { days: mon, from: "17:00", to: "09:00" }, principals: [{ user: u }], out_of_office: [{ from: "2026-08-03", to: "2026-08-14", cover: bbo, why: x }], roles',
      )
      .replace('bob@example.com', 'Ada@example.com, nick: b, principals: [{ user: "*" }]');
    expect(paths(text)).toEqual([
      'directory.people.ada.rols',
      'directory.people.ada.time_zone',
      'directory.people.ada.hours.to',
      'directory.people.ada.out_of_office.0.cover',
      'directory.people.ada.out_of_office.0.why',
      'directory.people.bob.email',
      'directory.people.bob.nick',
      'directory.people.bob.principals.0',
    ]);
  });

  test('a group with something else than names tells of the names too', () => {
    const text = workflows(expert).replace('sources:', '  groups: { leads: [5, addaa] }\nsources:');
    expect(paths(text)).toEqual(['directory.groups.leads.0', 'directory.groups.leads.1']);
  });

  test('a source with an unknown key tells of its environments, and of what is not enforced', () => {
    const text = `${people}environments: { production: { gates: { low: { stages: [{ name: a, approvers: ada, timeout: 1_day }] } } } }`;
    const wrong = text.replace('environments: ["*"]', 'enforced: true, environmnts: x, environments: [prodution]');
    expect(mistakesIn(wrong, { enforcedSources: [] }).map((mistake) => mistake.split(': ')[0])).toEqual([
      'sources.iam:*.enforced',
      'sources.iam:*.environmnts',
      'sources.iam:*.environments.0',
    ]);
  });

  test('a window that nobody approves tells of its validation and its environments too', () => {
    const text = `${workflows(expert)}environments: { production: {} }\nmaintenance_windows: { timeout: 1_day, environments: [prodution], validation: { approvers: [adda], timeout: 500_days } }\n`;
    expect(paths(text)).toEqual([
      'maintenance_windows.approvers',
      'maintenance_windows.validation.approvers.0',
      'maintenance_windows.validation.timeout',
    ]);
    expect(warningsIn(text)).toContainEqual(expect.stringContaining('maintenance_windows.environments.0'));
    expect(paths(text.replace('approvers: [adda], timeout: 500_days', 'timeout: 1_day'))).toEqual([
      'maintenance_windows.approvers',
    ]);
  });

  test('a stage with an unknown key tells that it is too long, and asks for more than there are', () => {
    const text = `${people}checkpoints: { c: { triger: t, trigger: t, approver: peer, rule: { quorum: 3 }, timeout: 500_days } }`;
    expect(paths(text)).toEqual(['checkpoints.c.triger', 'checkpoints.c.rule', 'checkpoints.c.timeout']);
    expect(paths(text.replace('timeout: 500_days', 'timeot: 1_day'))).toEqual([
      'checkpoints.c.triger',
      'checkpoints.c.rule',
      'checkpoints.c.timeot',
    ]);
  });

  test('a gate under a mistyped risk tells of its stages too', () => {
    const gates = (stages: string) =>
      `${people}environments: { production: { gates: { hihg: { stages: ${stages} } } } }`;
    expect(mistakesIn(gates('[]'))).toEqual([
      expect.stringContaining("environments.production.gates.hihg: unknown key 'hihg'"),
      'environments.production.gates.hihg.stages: must be a list of stages, one after the other',
    ]);
    expect(mistakesIn(gates('[{ name: a, approvers: [bbo], timeout: 1_day }]'))).toContainEqual(
      expect.stringContaining("'bbo' is no person, group or role"),
    );
  });
});
