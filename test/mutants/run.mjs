import { readFileSync } from 'node:fs';
import { Stryker } from '@stryker-mutator/core';

/**
 * npm run mutants -- [folder of folders.json]... [file of it, or lines as file.ts:10-60]...; all folders without one.
 * Ends with the score of each.
 */
const folders = JSON.parse(readFileSync(new URL('folders.json', import.meta.url), 'utf8'));
const [, , ...named] = process.argv;
const files = named.filter((each) => /\.ts(:|$)/.test(each));
const wanted = named.filter((each) => !files.includes(each));
const unknown = wanted.filter((each) => !(each in folders));
if (unknown.length > 0) throw new Error(`${unknown} is none of ${Object.keys(folders).join(', ')}`);

const scores = [];
for (const name of wanted.length > 0 ? wanted : Object.keys(folders)) {
  const { mutate, constants = false, words = false } = folders[name];
  process.env.MUTATED = name;
  const stryker = new Stryker({
    configFile: 'test/mutants/stryker.config.json',
    mutate: files.length > 0 ? files : mutate,
    ignoreStatic: !constants,
    mutator: { excludedMutations: words ? ['StringLiteral'] : [] },
    htmlReporter: { fileName: `coverage/mutants-${name}.html` },
  });
  const results = await stryker.runMutationTest();
  const count = (...statuses) => results.filter(({ status }) => statuses.includes(status)).length;
  const [noticed, lives] = [count('Killed', 'Timeout'), count('Survived', 'NoCoverage')];
  scores.push({ folder: name, mutants: noticed + lives, 'noticed %': Math.round((100 * noticed) / (noticed + lives)) });
}
console.table(scores);
