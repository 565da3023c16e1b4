import fc from 'fast-check';
import { canonicalJson } from '../../../core/canonical.ts';
import { differencesBetween } from '../../../core/difference.ts';
import type { Difference } from '../../../core/shown.ts';

describe('differences between payloads', () => {
  it('names each by its JSON Pointer, with what was and what is', () => {
    expect(
      differencesBetween(
        '{"a/b":1,"gone":[],"list":[1,2],"same":{"x":null}}',
        '{"a/b":2,"list":[1],"new":{"~":1},"same":{"x":null}}',
      ),
    ).toEqual([
      { path: '/a~1b', kind: 'changed', before: '1', after: '2' },
      { path: '/gone', kind: 'removed', before: '[]' },
      { path: '/list/1', kind: 'removed', before: '2' },
      { path: '/new', kind: 'added', after: '{"~":1}' },
    ]);
  });

  it('R8 sees a change of type where the text looks the same', () => {
    expect(differencesBetween('{"n":4}', '{"n":"4"}')).toHaveLength(1);
    expect(differencesBetween('{"n":{}}', '{"n":[]}')).toHaveLength(1);
    expect(differencesBetween('[1]', '1')).toEqual([{ path: '', kind: 'changed', before: '[1]', after: '1' }]);
  });

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])('R8 sees a key called %s appear', (key) => {
    expect(differencesBetween('{}', `{"${key}":1}`)).toEqual([{ path: `/${key}`, kind: 'added', after: '1' }]);
    expect(differencesBetween(`{"${key}":1}`, '{}')).toEqual([{ path: `/${key}`, kind: 'removed', before: '1' }]);
  });

  it('R8 leaves nothing out: what was, with the differences applied, is what is now (property)', () => {
    const json = fc.jsonValue({ maxDepth: 3 }).map(canonicalJson);
    fc.assert(
      fc.property(json, json, (before, after) => {
        expect(canonicalJson(applied(JSON.parse(before), differencesBetween(before, after)))).toBe(after);
        expect(differencesBetween(before, before)).toEqual([]);
      }),
    );
  });
});

function applied(value: unknown, differences: readonly Difference[]): unknown {
  const root = { '': value };
  // From the end of a list backwards, so that what is still to be removed keeps its place.
  for (const one of [...differences].reverse()) {
    const steps = `${one.path}`
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const path = ['', ...steps];
    const last = path.pop() ?? '';
    // biome-ignore lint/suspicious/noExplicitAny: any JSON
    const parent = path.reduce((inner: any, step) => inner[step], root);
    if (one.kind !== 'removed')
      Object.defineProperty(parent, last, {
        value: JSON.parse(one.after ?? ''),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
  }
  return root[''];
}
