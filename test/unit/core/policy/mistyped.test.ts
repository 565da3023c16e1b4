import { readFileSync } from 'node:fs';
import { loadPolicy } from '../../../../core/policy/load.ts';
import { loaded, mistakesIn, people, warningsIn } from './loaded.ts';

/** A policy whose checkpoints ask under these conditions, with these of its own. */
function withConditions(whens: string[], own: Record<string, string> = {}, head = people): string {
  const rules = whens.map((when, i) => `  c${i}: { when: ${JSON.stringify(when)}, approver: ada, timeout: 1_day }\n`);
  const names = Object.entries(own).map(([name, text]) => `  ${name}: ${JSON.stringify(text)}\n`);
  return `${head}${names.length > 0 ? `conditions:\n${names.join('')}` : ''}checkpoints:\n${rules.join('')}`;
}

/** What is said of conditions alone. */
const told = (text: string) => warningsIn(text).filter((warning) => /^(?:checkpoints|conditions)\./.test(warning));

test.each(['policy/default.yaml', 'policy/demo.yaml'])('%s is told nothing of', (file) => {
  expect(loadPolicy(readFileSync(file, 'utf8'), { publishing: true })).toMatchObject({ ok: true, warnings: [] });
});

describe("a policy's own condition", () => {
  test.each([
    ['big_change', 'big_changes'],
    ['big_changes', 'big_change'],
    ['policies', 'policy'],
    ['delay', 'delays'],
    ['big_access', 'big_accesses'],
    ['big_accesses', 'big_access'],
  ])('called %s is meant by %s, and by no_%s', (name, other) => {
    const text = withConditions([other, `no_${other}`], { [name]: 'facts.lines > 500' });
    expect(loaded(text).checkpoints?.map(({ when }) => when?.expression)).toEqual([
      'facts.lines > 500',
      '!(facts.lines > 500)',
    ]);
    expect(told(text)).toEqual([]);
  });

  test('in the other number comes after one spelt so, and such twins are told of', () => {
    const text = withConditions(['big', 'bigs'], { big: 'facts.a', bigs: 'facts.b' });
    expect(loaded(text).checkpoints?.map(({ when }) => when?.expression)).toEqual(['facts.a', 'facts.b']);
    expect(told(text)).toEqual(["conditions.bigs: differs from 'big' in number alone"]);
  });

  test('has to stand above what uses it in either number', () => {
    expect(mistakesIn(withConditions(['small'], { small: 'no_bigs', big: 'facts.a' }))).toEqual([
      "conditions.small: 'big' has to stand above what uses it",
    ]);
  });

  test('that is mistyped where it is used is told of, there and where it stands', () => {
    const text = withConditions(['many_replcas', 'no_many_replicsa'], { many_replicas: 'payload.replicas > 20' });
    expect(mistakesIn(text)).toEqual([]);
    expect(told(text)).toEqual([
      'conditions.many_replicas: is used nowhere',
      "checkpoints.c0.when: 'many_replcas' is none of `conditions`, and is asked for as a fact; did you mean 'many_replicas'?",
      "checkpoints.c1.when: 'many_replicsa' is none of `conditions`, and is asked for as a fact; did you mean 'no_many_replicas'?",
    ]);
    expect(loadPolicy(text).warnings[0]).toMatchObject({ line: 9, column: 3 });
  });

  test('that is used is told of one slip away, and no further', () => {
    const own = { major_change: 'facts.lines > 500' };
    expect(told(withConditions(['major_change', 'minor_change', 'facts.majr_change'], own))).toEqual([]);
    expect(told(withConditions(['major_change', 'mjaor_changes'], own))).toHaveLength(1);
  });

  test('used by another of them, or in a rule with a mistake, is used', () => {
    const own = { big: 'facts.lines > 500', bigger: 'no_big', rest: 'facts.a' };
    const text = withConditions(['bigger'], own).replace('{ when', '{ whne: x, when');
    expect(mistakesIn(text)).toHaveLength(1);
    expect(told(text)).toEqual(['conditions.rest: is used nowhere']);
  });
});

describe('two facts one slip apart', () => {
  test('are told of where the one stands that is asked for less often, or later', () => {
    expect(told(withConditions(['well_tseted', 'well_tested', 'no_well_tested']))).toEqual([
      "checkpoints.c0.when: 'well_tseted' and 'well_tested' are two facts; did you mean 'well_tested'?",
    ]);
    expect(told(withConditions(['breaking_changes', 'has(facts.breaking_chnge)']))).toEqual([
      "checkpoints.c1.when: 'breaking_chnge' and 'breaking_changes' are two facts; did you mean 'breaking_changes'?",
    ]);
  });

  test('are told of by the trigger too, which may be stated as a fact', () => {
    const text = withConditions(['api_modfication', 'api_modfications']).replace(
      '{ when',
      '{ trigger: api_modification, when',
    );
    expect(told(text)).toHaveLength(2);
  });

  test('are told of where they run words together', () => {
    expect(told(withConditions(['well_tested', 'welltested']))).toHaveLength(1);
  });

  test.each([
    [['lines_1', 'lines_2', 'lines_10']],
    [['new', 'now', 'tests', 'test', 'rests']],
    [['region_a_down', 'region_b_down', 'is_new_one', 'is_now_one']],
    [['minor_change', 'major_change']],
    [['security_issue', 'security_issues']],
  ])('and not where they are probably two: %j', (names) => {
    expect(told(withConditions(names))).toEqual([]);
  });

  test('are found among thousands', () => {
    const names = Array.from({ length: 3_000 }, (_, i) => `fact_${i}_stated`);
    expect(told(withConditions([...names, 'well_tested', 'well_tseted']))).toHaveLength(1);
  });
});

describe('text that no request can fit', () => {
  const head = people.replace('sources:', 'environments: { production: {}, EU: {} }\nsources:');
  const of = (when: string, top = head) => withConditions([when], {}, top);

  test.each([
    [
      "requestedBy == 'Bob@Example.com'",
      "'Bob@Example.com' at character 16 never fits, because requestedBy is in lower case; did you mean 'bob@example.com'?",
    ],
    [
      "requestedBy.endsWith('@Example.com')",
      "'@Example.com' at character 22 never fits, because requestedBy is in lower case; did you mean '@example.com'?",
    ],
    [
      "trigger in ['roll', 'Back']",
      "'Back' at character 21 never fits, because trigger is in lower case; did you mean 'back'?",
    ],
    [
      "trigger == 'roll back'",
      "'roll back' at character 12 can be no trigger, which must be a name: letters, digits, `_`, `.` and `-`, beginning with a letter",
    ],
    [
      "environment == 'Production'",
      "'Production' at character 16 never fits, because environment is spelt as under `environments`, else in lower case; did you mean 'production'?",
    ],
    [
      "environment != 'eu'",
      "'eu' at character 16 never fits, because environment is spelt as under `environments`, else in lower case; did you mean 'EU'?",
    ],
    [
      "environment.startsWith('Prod')",
      "'Prod' at character 24 never fits, because environment is spelt as under `environments`, else in lower case; did you mean 'prod'?",
    ],
    [
      "environment == ''",
      "'' at character 16 can be no environment, which must be a name: letters, digits, `_`, `.` and `-`, beginning with a letter",
    ],
  ])('by its spelling is refused: %s', (when, mistake) => {
    expect(mistakesIn(of(when))).toContain(`checkpoints.c0.when: ${mistake}`);
  });

  test.each([
    [
      "environment == 'prodution'",
      "'prodution' at character 16 is no environment of this policy; did you mean 'production'?",
    ],
    ["source == 'iam:x' || source == 'events:x@1'", "no source that is registered fits 'events:x@1' at character 32"],
    ["source.startsWith('events:')", "no source that is registered fits 'events:' at character 19"],
    [
      "source == 'iam:*'",
      "'iam:*' at character 11 is no pattern in an expression; write source.startsWith('iam:') and the like",
    ],
    ['1 < 2', 'is the same for every request, because it asks for nothing of it'],
  ])('by the rest of the policy is told of: %s', (when, warning) => {
    expect(mistakesIn(of(when))).toEqual([]);
    expect(told(of(when))).toEqual([`checkpoints.c0.when: ${warning}`]);
  });

  test('is an environment that no source may ask for', () => {
    const few = head.replace('environments: ["*"]', 'environments: [production, "dev-*"]');
    expect(told(of("environment == 'prod'", few))).toEqual([
      "checkpoints.c0.when: no source may ask for the environment 'prod' (character 16)",
    ]);
    const anywhere = few.replace('EU:', 'any:');
    expect(told(of("environment == 'dev-ada'", anywhere))).toEqual([]);
  });

  test.each([
    "environment in ['production', 'EU'] || environment == 'policy'",
    "environment.startsWith('prod') || environment.contains('E')",
    "source.startsWith('iam:Deploy') || source == 'countersign:policy_change'",
    "trigger == 'rollback' && requestedBy.endsWith('@example.com')",
    "payload.environment == 'Prod' && facts.source == 'X' && environment == payload.environment",
    "trigger.upperAscii() == 'X'",
  ])('is not what may be meant: %s', (when) => {
    expect(mistakesIn(of(when))).toEqual([]);
    expect(told(of(when))).toEqual([]);
  });

  test('is a trigger that is no name, each of a list', () => {
    const text = `${people}checkpoints: { c: { trigger: [roll_back, "roll back"], approver: ada, timeout: 1_day } }`;
    expect(mistakesIn(text)).toEqual([
      'checkpoints.c.trigger.1: must be a name: letters, digits, `_`, `.` and `-`, beginning with a letter',
    ]);
  });
});

describe('a role or group that nothing asks for', () => {
  const asks = 'checkpoints: { c: { trigger: t, approver: technical_lead, timeout: 1_day } }\n';

  test('is told of where it stands first, and what was meant', () => {
    const text = `${people}${asks}`
      .replace('roles: [peer, expert]', 'roles: [peer, technical_led]')
      .replace('sources:', '  groups: { crowd: [cyd], leads: [technical_lead, guild], guild: [ada] }\nsources:');
    expect(warningsIn(text)).toEqual([
      "directory.people.cyd.roles.1: nothing asks for 'technical_led'; did you mean 'technical_lead'?",
      "directory.groups.crowd: nothing asks for 'crowd'",
      "directory.groups.leads: nothing asks for 'leads'",
    ]);
    expect(loadPolicy(text).warnings[0]).toMatchObject({ line: 5, column: 61 });
  });

  test.each([
    ['cancels', `${people}${asks}`.replace('facts: ["*"]', 'facts: ["*"], may_cancel: [crew]')],
    ['may be handed a seat', `${people}${asks.replace('1_day', '1_day, delegate_to: crew')}`],
    [
      'lets windows be',
      `${people}${asks}maintenance_windows: { approver: ada, timeout: 1_day, environments: ["*"], validation: { approver: crew, timeout: 1_day } }\n`,
    ],
    ['lets policies be', `${people}${asks}policy_change: { approver: crew, timeout: 1_day }\n`],
    ['acts first', `${people}approval_workflows: { expert_review: {}, emergency_bypass: { act_first: [crew] } }\n`],
    [
      'is asked in an environment',
      `${people}environments: { any: { gates: { low: { stages: [{ name: a, approvers: [crew], timeout: 1_day }] } } } }\n`,
    ],
  ])('is none that %s', (_, text) => {
    const whole = text.replace('roles: [peer, expert]', 'roles: [peer, expert, crew]');
    expect(mistakesIn(whole)).toEqual([]);
    expect(warningsIn(whole).filter((warning) => warning.includes('nothing asks'))).toEqual([]);
  });

  test('is counted where there are many', () => {
    const many = Array.from({ length: 12 }, (_, i) => `team_${i}`).join(', ');
    const told = warningsIn(`${people}${asks}`.replace('roles: [peer, expert]', `roles: [${many}]`));
    expect(told).toHaveLength(11);
    expect(told).toContain('directory: nothing asks for 2 more roles and groups');
  });
});
