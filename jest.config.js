// These come as ES modules only.
const modules = [
  '@marcbachmann',
  '@middy',
  '@noble',
  '@scure',
  'canonicalize',
  'hono',
  'microdiff',
  'commander',
  'aws4fetch',
];

/** The tests of one folder of test/, with what all of them need. */
function project(folder, more = {}) {
  return {
    displayName: folder,
    testMatch: [`<rootDir>/test/${folder}/**/*.test.ts`],
    moduleNameMapper: {
      '^canonicalize$': '<rootDir>/node_modules/canonicalize/lib/canonicalize.js',
      '^@middy/(core|util)$': '<rootDir>/node_modules/@middy/$1/index.js',
    },
    transform: { '\\.[cm]?[jt]s$': ['@swc/jest'] },
    transformIgnorePatterns: [`/node_modules/(?!(${modules.join('|')})/)`],
    modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp', '<rootDir>/.local', '<rootDir>/cdk.out'],
    ...more,
  };
}

export default {
  projects: [
    project('unit'),
    project('infrastructure'),
    project('cli'),
    project('cloud', {
      setupFilesAfterEnv: ['<rootDir>/test/support/cloud/patience.ts'],
      globalSetup: '<rootDir>/test/support/cloud-setup.ts',
      globalTeardown: '<rootDir>/test/support/cloud-teardown.ts',
    }),
  ],
  maxWorkers: 2,
};
