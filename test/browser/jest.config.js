const { projects } = require('../../jest.config');
const engines = projects.find(({ displayName }) => displayName === 'engines');

/** The board in a real browser: needs Chromium, so `npm test` leaves it out. npm run test:board */
/** @type {import('jest').Config} */
module.exports = {
  transform: engines.transform,
  testEnvironment: 'node',
  rootDir: __dirname,
  // A page that never shows what it should; no test depends on the machine's speed.
  testTimeout: 240_000,
};
