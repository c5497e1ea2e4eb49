const [, engines] = require('../../jest.config').projects;

/** The tests of pure logic: no engine, no template, so a mutant costs a second. */
module.exports = {
  ...engines,
  rootDir: '../..',
  roots: ['<rootDir>/lambda', '<rootDir>/lib', '<rootDir>/test'],
  globalSetup: undefined,
  testPathIgnorePatterns: ['/node_modules/'],
  testMatch: ['<rootDir>/test/mutants/together.ts'],
};
