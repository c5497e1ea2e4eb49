const common = {
  testEnvironment: 'node',
  // What npm run mutants copies and installs.
  modulePathIgnorePatterns: ['<rootDir>/coverage/', '<rootDir>/test/mutants/node_modules/'],
  snapshotFormat: { escapeString: false, printBasicPrototype: false },
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' } }] },
};

/** @type {import('jest').Config} */
module.exports = {
  // Two cores hold the tests, PostgreSQL and a three-node cluster.
  maxWorkers: 2,
  // Ends what hangs, and stands nowhere else: no test depends on the machine's speed.
  testTimeout: 600_000,
  projects: [
    // Templates only: no engines, no bundles, no network. npm run test:templates
    {
      ...common,
      displayName: 'infra',
      testMatch: ['<rootDir>/test/infra/**/*.test.ts'],
      globalSetup: '<rootDir>/test/infra/global-setup.ts',
      globalTeardown: '<rootDir>/test/infra/global-teardown.ts',
    },
    {
      ...common,
      displayName: 'engines',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/infra/', '<rootDir>/test/browser/'],
      setupFiles: ['<rootDir>/test/support/quiet.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
    },
  ],
};
