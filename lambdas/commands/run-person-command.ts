import { personLogId } from '../../core/canonical.ts';
import { decidePerson, type PersonCommand } from '../../core/person/decide.ts';
import type { PersonEntry } from '../../core/person/entry.ts';
import { foldPerson, foldPersonEntry, type PersonRecord } from '../../core/person/fold.ts';
import type { Services } from '../services.ts';
import { type Decided, decideAndAppend } from './decide-and-append.ts';

/** Does a command on a person's log. `person`: directory key, or canonical address. Throws where a dependency fails. */
export function runPersonCommand(
  { people, clock }: Pick<Services, 'people' | 'clock'>,
  person: string,
  command: PersonCommand,
): Promise<Decided<PersonRecord, PersonEntry>> {
  return decideAndAppend<PersonRecord, PersonEntry>({ log: people, clock }, personLogId(person), {
    fold: foldPerson,
    foldEntry: foldPersonEntry,
    decide: (record, now) => decidePerson(record, person, command, now),
  });
}
