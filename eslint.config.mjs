import js from '@eslint/js';
import jest from 'eslint-plugin-jest';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['cdk.out', 'dist', 'coverage'] },
  // Of comments and texts too: Prettier breaks code alone.
  { files: ['**/*.{ts,js,mjs,cjs}'], rules: { 'max-len': ['error', { code: 120 }] } },
  {
    files: ['**/*.ts'],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  {
    // More is more than one idea. Tables are data, not functions.
    files: ['bin/**/*.ts', 'lib/**/*.ts', 'lambda/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }] },
  },
  {
    // What could not be parsed is quoted by the error of JSON.parse; readJson says where, and the reader of bodies
    // answers 400.
    files: ['lambda/**/*.ts'],
    ignores: ['lambda/contract/outside-json.ts', 'lambda/http/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='JSON'][callee.property.name='parse']",
          message: 'Take readJson of lambda/contract/outside-json: the error of JSON.parse quotes what it read.',
        },
      ],
    },
  },
  {
    // A user's own stages may have any value: what depends on them breaks when they do.
    files: ['test/**/*.ts'],
    ignores: ['test/infra/snapshots.test.ts', 'test/infra/shared-stages.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: 'lib/stages/(prod|dev|stages)$',
              message: "Tests have stages of their own: import '../support/stages'.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    ...jest.configs['flat/recommended'],
    rules: {
      ...jest.configs['flat/recommended'].rules,
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect*', 'near', 'fc.assert', '*.hasResource*'] }],
      'jest/no-restricted-jest-methods': ['error', { retryTimes: 'A retry hides: the test or the code is wrong.' }],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression:matches([callee.name=/^(test|(before|after)(All|Each))$/], ' +
            '[callee.callee.property.name="each"]) > Literal.arguments:last-child[raw=/^[0-9_]+$/]',
          message: "A time of its own makes a test depend on the machine's speed; jest.config.js has one for all.",
        },
        {
          selector: "CallExpression[callee.property.name='toEqual'] > ArrayExpression[elements.length=0]",
          message: 'A list of undefined equals an empty one there: take toStrictEqual([]).',
        },
      ],
    },
  },
);
