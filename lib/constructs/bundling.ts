import { fileURLToPath } from 'node:url';

/** The repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const ours = (file: string) => `${root}lambdas/adapters/${file}.ts`;

/** How a function's code becomes one file, in esbuild's words: for the deploy, and for the test that looks into the file. */
export const bundling = {
  format: 'cjs',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  alias: {
    '@aws-sdk/credential-provider-node': ours('environment-credentials'),
    '@smithy/core/event-streams': ours('left-out'),
    '@aws-sdk/endpoint-cache': ours('left-out'),
    'node:fs/promises': ours('left-out'),
    '@noble/hashes/sha2.js': ours('node-hashes'),
    '@noble/hashes/hmac.js': ours('node-hashes'),
    '@noble/hashes/utils.js': ours('node-bytes'),
    '@scure/base': ours('node-bytes'),
  },
} satisfies { format: 'cjs'; legalComments: 'none'; [option: string]: unknown };
