import { type ConditionRead, isName, type OwnConditions, readCondition } from '../../../../core/policy/conditions.ts';
import { holds } from '../../../../core/policy/expression.ts';

const own: OwnConditions = new Map([['big_change', 'facts.files > 50']]);

function asked(read: ConditionRead, facts: Record<string, unknown>): boolean | 'unknown' {
  if ('problem' in read) throw new Error(read.problem);
  return holds(read.condition.expression, {
    facts,
    payload: {},
    environment: 'production',
    risk: 'low',
    priority: 'low',
    source: 'iam:x',
    requestedBy: 'ada@example.com',
  });
}

describe('a name for a condition', () => {
  test.each<[string, Record<string, unknown>, boolean | 'unknown']>([
    ['well_tested', { well_tested: true }, true],
    ['well_tested', { well_tested: false }, false],
    ['well_tested', {}, false],
    ['no_breaking_changes', { breaking_change: false }, true],
    ['no_breaking_changes', { breaking_changes: false }, true],
    ['no_breaking_changes', { breaking_change: true }, false],
    ['no_breaking_changes', {}, false],
    ['no_breaking_changes', { breaking_change: false, breaking_changes: true }, false],
    ['breaking_changes', { breaking_change: false, breaking_changes: true }, true],
    ['breaking_change', { breaking_changes: true }, true],
    ['security_vulnerabilities', { security_vulnerability: true }, true],
    ['security_vulnerability', { security_vulnerabilities: true }, true],
    ['code_changes_under_200_lines', { lines_changed: 199 }, true],
    ['code_changes_under_200_lines', { lines_changed: 200 }, false],
    ['code_changes_under_200_lines', { lines_changed: -1 }, false],
    ['code_changes_under_200_lines', {}, false],
    ['no_code_changes_under_200_lines', { lines_changed: 200 }, true],
    ['no_code_changes_under_200_lines', {}, false],
    ['big_change', { files: 51 }, true],
    ['no_big_change', { files: 51 }, false],
    ['no_big_change', { files: 50 }, true],
    ['big_change', {}, 'unknown'],
    ['no_big_change', {}, 'unknown'],
  ])('%s, of %j, is %s', (name, facts, expected) => {
    expect(asked(readCondition(name, own), facts)).toBe(expected);
  });

  test.each<[string, Record<string, unknown>]>([
    ['well_tested', { well_tested: 'true' }],
    ['well_tested', { well_tested: 1 }],
    ['well_tested', { well_tested: null }],
    ['breaking_changes', { breaking_change: 'true' }],
    ['breaking_changes', { breaking_changes: false, breaking_change: {} }],
    ['breaking_changes', { breaking_changes: [], breaking_change: false }],
    ['no_breaking_changes', { breaking_change: 'false' }],
    ['no_breaking_changes', { breaking_change: 0, breaking_changes: false }],
    ['no_breaking_changes', { breaking_change: false, breaking_changes: 0 }],
    ['code_changes_under_200_lines', { lines_changed: '12' }],
    ['code_changes_under_200_lines', { lines_changed: true }],
    ['code_changes_under_200_lines', { lines_changed: null }],
    ['no_code_changes_under_200_lines', { lines_changed: 'many' }],
  ])('%s, of %j, which is of the wrong kind, is unknown', (name, facts) => {
    expect(asked(readCondition(name, own), facts)).toBe('unknown');
  });

  test('whatever else is wrong, what is said to be true in one number is true', () => {
    expect(asked(readCondition('breaking_changes'), { breaking_change: 'x', breaking_changes: true })).toBe(true);
    expect(asked(readCondition('breaking_changes'), { breaking_change: true, breaking_changes: 'x' })).toBe(true);
    expect(asked(readCondition('no_breaking_changes'), { breaking_change: 'x', breaking_changes: true })).toBe(false);
  });

  test('keeps the text of the policy, and tells which facts it asks for', () => {
    expect(readCondition(' no_breaking_changes ')).toMatchObject({
      condition: { text: ' no_breaking_changes ' },
      facts: [['breaking_changes', 'breaking_change']],
    });
    expect(readCondition("facts.a > 1 || facts['b-c'] == 2 || facts.a == 0")).toMatchObject({
      facts: [['a'], ['b-c']],
    });
  });

  test.each([
    'files_under_20',
    'changes_over_3_files',
    'code_changes_under_200_line',
    'no_code_changes_below_200_lines',
  ])('%s, which counts without being understood, is no fact but a mistake', (name) => {
    expect(readCondition(name)).toMatchObject({
      problem: expect.stringContaining('only code_changes_under_<n>_lines counts by its name'),
      meant: `code_changes_under_${/\d+/.exec(name)?.[0]}_lines`,
    });
  });

  test('of the policy’s own asks for no fact by its name; `no_` before it is its opposite, and nothing else is', () => {
    const named = (text: string) => readCondition(text, own);
    expect(named('big_change')).toMatchObject({
      condition: { text: 'big_change', expression: 'facts.files > 50' },
      facts: [],
    });
    expect(named('no_big_change')).toMatchObject({
      condition: { text: 'no_big_change', expression: '!(facts.files > 50)' },
      facts: [],
    });
    expect(asked(named('is_big_change'), { is_big_change: true, files: 0 })).toBe(true);
    expect(asked(named('is_big_change'), { is_big_change: false, files: 0 })).toBe(false);
  });

  test('asks for a fact in either number', () => {
    const factsOf = (text: string) => {
      const read = readCondition(text);
      return 'problem' in read ? read.problem : read.facts;
    };
    expect(factsOf('progress')).toEqual([['progress', 'progresses']]);
    expect(factsOf('ssh_key')).toEqual([['ssh_key', 'ssh_keys']]);
    expect(factsOf('no_policy')).toEqual([['policy', 'policies']]);
    expect(factsOf('code_changes_under_200_lines')).toEqual([['lines_changed']]);
    expect(factsOf('facts["b-c"] == 2 && facts.a == 1')).toEqual([['b-c'], ['a']]);
  });

  test.each(['in', 'no_in'])('%s, a word of the language, cannot name a fact', (name) => {
    expect(readCondition(name)).toEqual({ problem: `'${name}' cannot name a fact` });
  });

  test('an expression is kept as it is written, and asked without the space around it', () => {
    expect(readCondition(" risk == 'high' ")).toMatchObject({
      condition: { text: " risk == 'high' ", expression: "risk == 'high'" },
    });
  });

  test.each(['true', 'false', 'null', 'risk', 'payload', 'a b', 'a.b', '1a', ''])('%j is none', (text) => {
    expect(isName(text)).toBe(false);
  });

  test.each(['risk', 'payload.a <', 'breaking-change', '1'])('%j is a mistaken expression', (text) => {
    expect(readCondition(text)).toEqual({ problem: expect.any(String) });
  });
});
