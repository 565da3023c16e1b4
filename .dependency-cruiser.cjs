/** Imports point one way (the rooms of CONTRIBUTING.md). A room may import from those named for it, and from itself. */
const rooms = {
  core: [],
  policy: [],
  statemachines: ['core'],
  'lambdas/services': ['core'],
  'lambdas/markup': ['core'],
  'lambdas/web': ['core', 'lambdas/markup', 'lambdas/services'],
  'lambdas/mail': ['core', 'lambdas/markup', 'lambdas/services'],
  'lambdas/adapters': ['core', 'lambdas/services', 'lambdas/handlers/environment'],
  'lambdas/publishing': ['core', 'lambdas/services', 'lambdas/commands', 'lambdas/reactions'],
  'lambdas/commands': ['core', 'lambdas/services'],
  'lambdas/reactions': ['core', 'lambdas/services', 'lambdas/commands', 'lambdas/web', 'lambdas/mail'],
  'lambdas/handlers': [
    'core',
    'lambdas/services',
    'lambdas/adapters',
    'lambdas/web',
    'lambdas/mail',
    'lambdas/commands',
    'lambdas/reactions',
    'lambdas/publishing',
  ],
  // lib reads each function's environment schema, and the names of metrics for its alarms.
  lib: [
    'core',
    'statemachines',
    'lambdas/services',
    'lambdas/handlers/environment',
    'lambdas/adapters/environment-credentials',
  ],
  bin: ['lib'],
  cli: ['core', 'lambdas/adapters'],
  local: ['core', 'lambdas/adapters'],
  bench: ['core', 'lambdas', 'local', 'lib', 'statemachines'],
};

const ours = '^(bin|lib|core|lambdas|statemachines|cli|local|bench|test)/';
/** A room is a folder, a file, or both: `lambdas/services.ts` and what is in `lambdas/services/`. */
const at = (place) => `^${place}(/|\\.ts$)`;

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `${room} imports only: ${allowed.join(', ') || 'nothing of ours'}`,
      severity: 'error',
      from: { path: at(room) },
      to: { path: ours, pathNot: [room, ...allowed].map(at) },
    })),
    {
      name: 'core is pure',
      comment: 'No AWS, no clock, no I/O: core runs in a Lambda, the CLI, CDK and a browser.',
      severity: 'error',
      from: { path: '^core/' },
      to: {
        path: '(@aws-sdk|@smithy|aws-cdk-lib|aws-lambda|^(node:)?(fs|http|https|net|child_process|crypto|os|process)$)',
      },
    },
    {
      name: 'only adapters talk to AWS',
      severity: 'error',
      from: { path: '^lambdas/', pathNot: '^lambdas/adapters/' },
      to: { path: '(@aws-sdk|@smithy|aws4fetch)' },
    },
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { pathNot: '^node_modules' } } },
    {
      name: 'declared dependencies only',
      severity: 'error',
      from: { path: ours },
      to: { dependencyTypes: ['npm-no-pkg', 'unknown'], pathNot: '^(aws-lambda|estree)$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
