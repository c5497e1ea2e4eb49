import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' } }] },
  // Two cores hold the tests, PostgreSQL and a three-node cluster.
  maxWorkers: 2,
  testTimeout: 30_000,
};

export default config;
