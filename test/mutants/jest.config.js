const [, engines] = require('../../jest.config').projects;

/** The tests of pure logic: no engine, no template, so a mutant costs seconds. */
module.exports = {
  ...engines,
  rootDir: '../..',
  globalSetup: undefined,
  testMatch: [
    'lambda/rules/orders',
    'lambda/http/exact-json',
    'lambda/http/own-path',
    'lambda/http/requests',
    'lambda/http/router',
    'lambda/conversation/sessions/merge-patch',
    'lambda/conversation/recommendations/ranking',
    'lambda/contract/promised-numbers',
    'lib/cost/cost',
    'lib/tools/ops/alarm-evaluation',
    'lib/tools/ops/promises',
  ].map((each) => `<rootDir>/test/${each}.test.ts`),
};
