import { SourceInFile, sourcePattern } from './file/sources.ts';
import { fitsPattern } from './pattern.ts';
import type { Policy } from './policy.ts';
import { aNamed } from './read-directory.ts';
import { isMapping, namesUnder, type Reading } from './reading.ts';

const shapes = '`events:<event source>@<account>`, `states:<state machine>` or `iam:<role>`';

export interface SourcesKnow {
  /** People and groups. */
  names: ReadonlySet<string>;
  environments: readonly string[];
  /** Whatever is asked for has a gate, in environments without gates of their own too. */
  anywhere: boolean;
  /** What the stack enforces; not checked where it is not known. */
  enforcedSources?: readonly string[];
}

export function readSources(reading: Reading, value: unknown, known: SourcesKnow): Policy['sources'] {
  const { names, environments, anywhere, enforcedSources } = known;
  const sources: Policy['sources'] = {};
  const entries = reading.entries(value, ['sources'], `a source is ${shapes}`, sourcePattern);
  for (const [key, entry] of entries ?? []) {
    const path = ['sources', key];
    if (/^events:countersign@/.test(key))
      reading.say(path, "'countersign' is the source of our own events and cannot ask", { onKey: true });
    reading.refersToAll(names, entry, 'may_cancel', path, aNamed);
    const source = reading.read(SourceInFile, entry, path);
    // Of a source with something wrong in it too.
    if (isMapping(entry) && entry.enforced === true && enforcedSources && !enforcedSources.includes(key))
      reading.say(
        [...path, 'enforced'],
        `the stack does not enforce this source (it enforces ${enforcedSources.join(', ') || 'none'}); deploy that first`,
      );
    // A source that could ask for no environment there is would be refused whatever it asks, and nobody would see why.
    if (environments.length > 0 && !environments.includes('any'))
      for (const { name: pattern, at: within } of namesUnder(entry, 'environments')) {
        if (environments.some((name) => fitsPattern(pattern.toLowerCase(), name.toLowerCase()))) continue;
        const at = [...path, ...within];
        const message = `'${pattern}' is no environment of this policy`;
        if (anywhere) reading.warn(at, message, reading.meant(pattern, environments));
        else reading.say(at, message, reading.meant(pattern, environments));
      }
    if (!source) continue;
    const { enforced, may_cancel, ...rest } = source;
    sources[key] = { ...rest, ...(enforced !== undefined && { enforced }), ...(may_cancel && { may_cancel }) };
  }
  return sources;
}
