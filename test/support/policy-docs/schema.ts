import * as z from 'zod/mini';
import { described } from '../../../core/policy/file/words.ts';
import { PolicyFile } from '../../../core/policy/file.ts';

/** The JSON Schema of a policy file, for editors: made from what loading reads with. */
export function policySchema() {
  const schema = z.toJSONSchema(PolicyFile, {
    io: 'input',
    metadata: described,
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // What JavaScript can count to is no bound of the language.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return { ...schema, title: 'Countersign policy' };
}

export const schemaFile = 'docs/schemas/policy.schema.json';

export function policySchemaText(): string {
  return `${JSON.stringify(policySchema(), undefined, 2)}\n`;
}
