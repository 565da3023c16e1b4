import { Entry, isEntry } from '../../../core/entry.ts';
import { Outcome } from '../../../core/gate.ts';
import {
  after,
  answered,
  approve,
  approver,
  cancel,
  comment,
  fallDue,
  gateOf,
  gates,
  given,
  inStatus,
  last,
  leave,
  minute,
  notNotified,
  open,
  openRound,
  refusedNote,
  reissue,
  stage,
  task,
  vote,
} from '../../support/core-fixtures.ts';

type Path = (string | number)[];

const ref = { bucket: 'b', key: 'k', versionId: 'v', digest: 'd' };
const everything = gateOf(
  [
    ...gates.ownAnswers.stages,
    stage(['bob'], { quorum: 1 }, { criteria: ['tests pass'], without: [approver('alice')] }),
    stage(['bob'], 'all'),
  ],
  { notBefore: minute(9) },
);

function opened(): Entry {
  const claim = {
    description: 'why',
    trigger: 't',
    checkpoint: 'c',
    facts: { lines: 3, breaking: false, more: { deep: [null, 'x'] } },
    editable: ['/replicas'],
    evidence: [{ label: 'Scan', url: 'https://example.com' }],
    revises: 'deploy-41',
  };
  const verified = {
    via: 'api' as const,
    account: '000000000000',
    execution: 'arn:e',
    eventId: 'e',
    principal: 'arn:p',
    person: 'alice',
  };
  const command = open(everything, { claim, verified, payload: { ref, bytes: 9 }, tasks: [task('first')] });
  const { opening } = command;
  const opened = last(given({ ...command, opening: opening && { ...opening, revisesId: 'x' } }));
  // No log holds both an outcome and stages: it is the shapes that are looked at here.
  return { ...opened, outcome: 'bypassed' } as Entry;
}

/** One entry of each type, with everything in it that there can be. */
function entries(): Entry[] {
  const said = { comment: 'ok', conditions: ['at night'] };
  return [
    opened(),
    last(given(gates.one, open(gates.one, { commandId: 'j', tasks: [task('second')] }))),
    last(given(gates.one, leave('first'))),
    last(given(gates.one, approve('bob', said))),
    last(given(gates.one, comment('bob', 'hm'))),
    last(given(gates.one, cancel())),
    last(after(given(gates.one), fallDue, minute(1440))),
    last(after(given(gates.notBefore, approve('bob')), fallDue, minute(120))),
    last(given(gates.allOfTwo, approve('bob'), openRound(2, gates.allOfTwo, { carried: [2] }))),
    last(given(gates.one, reissue('bob'))),
    last(given(gates.one, refusedNote('bob'))),
    last(given(gates.one, approve('bob'), answered('first'))),
    last(given(gates.one, notNotified('m'))),
  ];
}

/** What an entry may be without. Everything else has to be there. */
const optional = [
  /^tasks\.\d+\.execution$/,
  /^claim\.(description|authors|trigger|checkpoint|facts|editable|evidence|revises)$/,
  /^verified\.(execution|eventId|principal|person)$/,
  /^gate\.notBefore$/,
  /^gate\.stages\.\d+\.(answers|criteria|without)$/,
  /^facts\./,
];
const optionalOf: Partial<Record<Entry['type'], string[]>> = {
  opened: ['revisesId', 'outcome'],
  left: ['outcome'],
  decided: ['comment', 'conditions', 'vote', 'outcome', 'execution'],
  links_reissued: ['person'],
};

/** Every value that a word may be, where it is not any text. */
const words: [RegExp, readonly string[]][] = [
  [/^(opened|left|decided|took_effect) outcome$/, Outcome.options],
  [/ claim\.(risk|priority)$/, ['low', 'medium', 'high', 'critical']],
  [/ verified\.via$/, ['event', 'execution', 'api']],
  [/ gate\.workflow$/, ['automatic', 'peer_review', 'expert_review', 'emergency_bypass']],
  [/ gate\.stages\.0\.answers\.0\.outcome$/, Outcome.options],
  [/ gate\.stages\.0\.answers\.2\.vote$/, ['for', 'against']],
  [/ gate\.stages\.\d+\.rule$/, ['all', 'any']],
  [/^left reason$/, ['aborted', 'timed_out', 'failed', 'ended']],
  [/^decided vote$/, ['for', 'against']],
  [/^decided effect$/, ['counted', 'stage_passed', 'granted', 'settled']],
  [/^decided assurance$/, ['link', 'passkey']],
  [/^task_answered result$/, ['delivered', 'gone', 'superseded', 'unknown']],
  [/^cancelled outcome$/, ['cancelled']],
  [/^expired outcome$/, ['expired']],
];

function places(value: unknown, path: Path = []): Path[] {
  const inside = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const below = path[1] === 'facts' ? [] : inside.flatMap(([key, inner]) => places(inner, [...path, key]));
  return [...(path.length > 0 ? [path] : []), ...below];
}

function at(entry: unknown, path: Path): unknown {
  return path.reduce((value, step) => (value as never)[step], entry);
}

function changed(entry: Entry, path: Path, value: unknown): unknown {
  const copy = structuredClone(entry);
  const parent = at(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  if (value === undefined) delete parent[path.at(-1) ?? ''];
  else parent[path.at(-1) ?? ''] = value;
  return copy;
}

describe('what an entry is', () => {
  test('there are thirteen kinds, and each is one', () => {
    const all = entries();
    expect(new Set(all.map(({ type }) => type)).size).toBe(13);
    for (const entry of all) {
      expect([entry.type, isEntry(entry)]).toEqual([entry.type, true]);
      expect(Entry.safeParse(entry).success).toBe(true);
    }
  });

  test('nothing else is', () => {
    for (const other of [undefined, null, 'opened', 7, [], {}, { type: 'opened' }, { type: 'toString' }, { type: 7 }])
      expect(isEntry(other)).toBe(false);
    for (const entry of entries()) {
      expect(isEntry({ ...entry, type: 'something' })).toBe(false);
      expect(Entry.safeParse({ ...entry, type: 'something' }).success).toBe(false);
    }
  });

  test('R43 keys that this version does not know are no reason to refuse it', () => {
    for (const entry of entries()) expect(isEntry({ ...entry, later: { version: 2 } })).toBe(true);
  });

  test('every field has its own kind of value', () => {
    for (const entry of entries())
      for (const path of places(entry)) {
        const is = at(entry, path);
        const wrong = typeof is === 'string' || is === null ? 7 : 'wrong';
        const altered = changed(entry, path, wrong);
        expect([entry.type, path, isEntry(altered), Entry.safeParse(altered).success]).toEqual([
          entry.type,
          path,
          false,
          false,
        ]);
      }
  });

  test('every field is there, save those that need not be', () => {
    for (const entry of entries())
      for (const path of places(entry)) {
        if (/^\d+$/.test(String(path.at(-1)))) continue;
        const name = path.join('.');
        const may = optional.some((one) => one.test(name)) || optionalOf[entry.type]?.includes(name) === true;
        expect([entry.type, name, isEntry(changed(entry, path, undefined))]).toEqual([entry.type, name, may]);
      }
  });

  test('a word is one of those that mean something', () => {
    const met = new Set<RegExp>();
    for (const entry of entries())
      for (const path of places(entry))
        for (const [where, known] of words) {
          if (!where.test(`${entry.type} ${path.join('.')}`)) continue;
          met.add(where);
          for (const word of known)
            expect([path, word, isEntry(changed(entry, path, word))]).toEqual([path, word, true]);
          for (const word of ['', 'nonsense'])
            expect([path, isEntry(changed(entry, path, word))]).toEqual([path, false]);
        }
    expect(met.size).toBe(words.length);
  });

  test('numbers are whole, and a quorum or a timeout is more than nothing', () => {
    const [entry] = entries();
    if (!entry) throw new Error('no entry');
    for (const path of [['round'], ['seq'], ['payload', 'bytes'], ['gate', 'stages', 1, 'timeout']])
      expect([path, isEntry(changed(entry, path, 1.5))]).toEqual([path, false]);
    for (const path of [
      ['gate', 'stages', 1, 'timeout'],
      ['gate', 'stages', 1, 'rule', 'quorum'],
    ])
      for (const [value, may] of [
        [0, false],
        [-1, false],
        [1, true],
      ] as const)
        expect([path, value, isEntry(changed(entry, path, value))]).toEqual([path, value, may]);
  });

  test('a payload stands in its entry or elsewhere, and a first entry follows none', () => {
    const [entry] = entries();
    if (!entry) throw new Error('no entry');
    expect(isEntry(changed(entry, ['payload'], { text: '{}' }))).toBe(true);
    expect(isEntry(changed(entry, ['payload'], {}))).toBe(false);
    expect(isEntry(changed(entry, ['prev'], null))).toBe(true);
  });

  test('an answer of a stage’s own is settled by its effect', () => {
    const log = given(gates.ownAnswers, vote('bob', 'retry'));
    expect(log.every(isEntry)).toBe(true);
    expect(inStatus(log, 'settled').answer).toBe('retry');
  });
});
