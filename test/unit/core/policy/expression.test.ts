import { type ExpressionVariables, expressionProblem, holds } from '../../../../core/policy/expression.ts';

const asked: ExpressionVariables = {
  facts: { lines_changed: 120, ratio: 1.5, breaking_change: false, ticket: 'A-1', owner: null },
  payload: {
    replicas: 4,
    services: [
      { name: 'shop', cost: 3 },
      { name: 'till', cost: 9 },
    ],
  },
  environment: 'production',
  risk: 'high',
  priority: 'medium',
  source: 'events:shop@111122223333',
  requestedBy: 'ada@example.com',
};

describe('an expression', () => {
  test.each([
    ['facts.lines_changed < 200', true],
    ['facts.lines_changed + 1 == 121 && 1 + facts.lines_changed == 121', true],
    ['payload.replicas * 2 - 1 > 7 || payload.replicas / 2 == 3', false],
    [
      'facts.lines_changed % 7 == 1 && 7 % facts.lines_changed == 7 && payload.replicas % facts.lines_changed == 4',
      true,
    ],
    ["risk in ['high', 'critical'] && environment == 'production'", true],
    ['payload.services.exists(s, s.cost > 5)', true],
    ["payload.services.all(s, s.name.startsWith('shop'))", false],
    ['has(facts.nowhere)', false],
    ["source.startsWith('events:') && requestedBy.endsWith('@example.com') && priority != 'critical'", true],
    ["facts['ticket'].contains('A-')", true],
    ['facts.breaking_change', false],
  ])('%s is %s', (expression, expected) => {
    expect(expressionProblem(expression)).toBeUndefined();
    expect(holds(expression, asked)).toBe(expected);
  });

  test.each([
    ['needs a fact that is not stated', 'facts.reviewed == true'],
    ['needs a fact that is not stated, the other way round', '!(facts.reviewed == true)'],
    ['needs a trigger and there is none', "trigger == 'rollback'"],
    ['compares text with a number', 'facts.ticket < 10'],
    [
      'divides what is no whole number',
      'facts.ratio % 2 == 0 || 2 % facts.ratio == 0 || facts.ratio % facts.ratio == 0',
    ],
    ['divides by nothing', 'facts.lines_changed % 0 == 0'],
    ['is neither true nor false', 'payload.replicas'],
    ['names what every object of JavaScript has', 'facts.constructor == true || payload.__proto__ == null'],
    ['is no expression', 'facts.lines_changed <'],
    ['is forbidden', "facts.ticket.matches('A')"],
  ])('that %s is unknown, and throws nothing', (_, expression) => {
    expect(holds(expression, asked)).toBe('unknown');
  });

  test('with one side unknown is still decided where the other side decides it', () => {
    expect(holds("facts.reviewed == true || risk == 'high'", asked)).toBe(true);
    expect(holds("facts.reviewed == true && risk == 'low'", asked)).toBe(false);
  });

  test.each([
    ["risk = 'high'", "'=' at character 6 cannot be read; write =="],
    ["risk == 'high' and true", "'and' at character 16 cannot be read; write &&"],
    ['facts.lines_changed <', 'something is missing at its end (character 22)'],
    ["risk == 'high", 'the text that begins at character 9 has no quote at its end'],
    [
      'risk == high',
      "'high' at character 9 is none of facts, payload, environment, risk, priority, source, trigger, requestedBy; a fact is written facts.high, text 'high'",
    ],
    [
      'paylod.replicas > 1',
      "'paylod' at character 1 is none of facts, payload, environment, risk, priority, source, trigger, requestedBy; did you mean 'payload'?",
    ],
    ["risk == 'hihg'", "'hihg' at character 9 is none of low, medium, high, critical; did you mean 'high'?"],
    [
      "risk in ['low', 'midium']",
      "'midium' at character 17 is none of low, medium, high, critical; did you mean 'medium'?",
    ],
    [
      "risk >= 'high'",
      "risk and priority are words, which >= at character 1 would sort by the alphabet; write risk in ['high', 'critical']",
    ],
    ["environment.startWith('prod')", "there is no startWith() at character 1; did you mean 'startsWith'?"],
    ['risk', 'must be true or false, and is text'],
    ['size(facts) + 1', 'must be true or false, and is a number'],
    ['(true', 'something is missing at its end (character 6)'],
    ['true)', "')' at character 5 does not fit there"],
  ])('%s: says what is wrong where', (expression, message) => {
    expect(expressionProblem(expression)).toBe(message);
  });

  test.each([
    ['a regular expression', "requestedBy.matches('(a+)+$')"],
    ['a loop over the payload within one', 'payload.a.all(x, payload.b.exists(y, y == x))'],
    ['the payload within a loop over it', 'payload.a.all(x, x in payload.b)'],
    ['a loop over facts within one over the payload', 'payload.a.all(x, facts.b.exists(y, y == 1))'],
    ['a loop over facts within one over facts', 'facts.a.all(x, [facts.b].exists(y, y == 1))'],
    ['a search in facts within a loop', 'payload.a.all(x, x in facts.b)'],
    ['a loop that hides a variable', '[payload.a].all(risk, risk.all(y, risk.all(z, z > 0)))'],
    ["an outer loop's name in an inner one", '[payload.a].all(x, x.all(y, x.all(z, z > 0)))'],
    ['a payload by another name', 'cel.bind(p, payload, p.a.all(x, x in p.b))'],
    ['a search for what the requester chose', 'payload.text.contains(payload.other)'],
    ['what copies', 'payload.a.map(x, [x, x]).all(y, y != [])'],
  ])('cannot be made slow by a payload: %s is refused', (_, expression) => {
    expect(expressionProblem(expression)).toEqual(expect.any(String));
    expect(holds(expression, asked)).toBe('unknown');
  });

  test('within a loop may compare with facts, and go through what it goes through', () => {
    const lists = { ...asked, payload: { a: [{ size: 1, of: [120] }] } };
    for (const expression of [
      'payload.a.all(x, x.size < facts.lines_changed)',
      'payload.a.all(x, x.of.exists(y, y > 100))',
      'payload.a.exists(x, x.of[0] in [facts.ratio, facts.lines_changed])',
      "payload.a.all(x, 'size' in x) && 120 in [facts.lines_changed]",
    ])
      expect([expression, holds(expression, lists)]).toEqual([expression, true]);
  });

  test('that is too long or too large is refused, and says so', () => {
    expect(expressionProblem(`true${' || true'.repeat(200)}`)).toBe(
      'must not be longer than 1000 characters (these are 1604)',
    );
    expect(expressionProblem(`[${'1,'.repeat(450)}1] == []`)).toBe(
      'is too large an expression: give parts of it names under conditions',
    );
  });
});
