import { writeFile } from 'node:fs/promises';
import { policyReferenceText, referenceFile } from './reference.ts';
import { policySchemaText, schemaFile } from './schema.ts';

/** Writes the policy's schema and its reference: `npm run policy-docs`. */
await writeFile(schemaFile, policySchemaText());
await writeFile(referenceFile, policyReferenceText());
