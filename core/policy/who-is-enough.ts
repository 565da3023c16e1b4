import { type Stage, votesNeeded } from '../gate.ts';

/** So many of these people (directory keys) have to agree. */
export interface Quorum {
  needed: number;
  of: readonly string[];
}

/** With more groups there are more quorums than can be compared. */
const mostGroups = 8;

/** A stage as quorums, all of which have to be met; undefined where they would be too many. */
export function quorumsOf(stage: Stage): Quorum[] | undefined {
  if (stage.rule !== 'one_from_each')
    return [{ needed: votesNeeded(stage), of: stage.approvers.map(({ person }) => person) }];
  const groups = stage.groups ?? [];
  if (groups.length > mostGroups) return undefined;
  // Each group can be given a person of its own where any so many groups have as many people between them (Hall).
  return Array.from({ length: 2 ** groups.length - 1 }, (_, i) => {
    const some = groups.filter((_, group) => ((i + 1) >> group) % 2 === 1);
    return { needed: some.length, of: [...new Set(some.flatMap(({ people }) => people))] };
  });
}

/**
 * As few people as meet all of `after` without meeting `before`; undefined where whoever meets `after` meets `before` too.
 * `undecided`: it takes too long to work out.
 */
export function enoughWithout(before: Quorum, after: readonly Quorum[]): string[] | 'undecided' | undefined {
  const inside = new Set(before.of);
  // Everybody else may agree; of these only so few as do not meet it. What do they have to add?
  const open = after.map(({ needed, of }) => {
    const these = of.filter((person) => inside.has(person));
    return { needed: needed - (of.length - these.length), of: these };
  });
  const steps = { left: 5_000 };
  const added = fewEnough(open, before.needed - 1, steps);
  if (!added) return steps.left < 0 ? 'undecided' : undefined;
  const others = after.flatMap(({ of }) => of.filter((person) => !inside.has(person)));
  return fewest([...new Set([...others, ...added])], after);
}

/** At most so many people who meet all of these. Undefined where there are none, or (`left` below 0) the search was given up. */
function fewEnough(quorums: readonly Quorum[], atMost: number, steps: { left: number }): string[] | undefined {
  let open = quorums.filter(({ needed }) => needed > 0);
  const hardest = open.reduce<Quorum | undefined>(
    (one, other) => (one && one.needed >= other.needed ? one : other),
    undefined,
  );
  if (!hardest) return [];
  steps.left -= 1;
  if (hardest.needed > atMost || steps.left < 0) return undefined;
  let left = hardest.of;
  for (;;) {
    const [person] = left;
    if (person === undefined || open.some(({ needed, of }) => needed > of.length)) return undefined;
    const found = fewEnough(
      open.map((quorum) => agreedBy(quorum, person)),
      atMost - 1,
      steps,
    );
    if (found) return [person, ...found];
    // Who is in the same quorums would have done no better.
    const alike = alikeTo(person, open);
    left = left.filter((other) => !alike(other));
    open = open.map(({ needed, of }) => ({ needed, of: of.filter((other) => !alike(other)) }));
  }
}

function agreedBy({ needed, of }: Quorum, person: string): Quorum {
  return of.includes(person) ? { needed: needed - 1, of: of.filter((other) => other !== person) } : { needed, of };
}

function alikeTo(person: string, quorums: readonly Quorum[]): (other: string) => boolean {
  return (other) => quorums.every(({ of }) => of.includes(other) === of.includes(person));
}

/** Of people who meet all of these, those without whom they would not. */
function fewest(people: readonly string[], quorums: readonly Quorum[]): string[] {
  return people.reduceRight<string[]>(
    (left, person) => {
      const without = left.filter((other) => other !== person);
      return quorums.every((quorum) => isMet(quorum, without)) ? without : left;
    },
    [...people],
  );
}

function isMet({ needed, of }: Quorum, people: readonly string[]): boolean {
  return of.filter((person) => people.includes(person)).length >= needed;
}
