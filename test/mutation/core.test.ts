import { globSync } from 'node:fs';
import { join } from 'node:path';

/*
 * All tests of the core by example, in one file: for each of a thousand mutants they are loaded once instead of thirty
 * times. The property tests are left out: they would find most mutants too, but say less about which rule was broken.
 * `MUTATION_TESTS` takes some of them only, such as `person/*`, which is quicker and notices no more than all do.
 */
const root = join(__dirname, '..', 'unit', 'core');
const wanted = process.env.MUTATION_TESTS?.split(' ') ?? ['**/*'];
for (const file of globSync(
  wanted.map((some) => `${some}.test.ts`),
  { cwd: root },
).sort())
  if (!file.endsWith('.property.test.ts')) require(join(root, file));
