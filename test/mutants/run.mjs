import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Command } from 'commander';

const folders = JSON.parse(readFileSync(new URL('folders.json', import.meta.url), 'utf8'));
const there = Object.keys(folders).join(', ');
const program = new Command('npm run mutants --')
  .description('Puts faults into pure logic, one at a time, and counts those that a test notices; takes hours')
  .argument('[names...]', `folders: ${there}; of one folder also files, or lines as file.ts:10-60`)
  .showHelpAfterError('npm run mutants -- --help says more.')
  // As every program ends: 2 is wrong usage.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();

const files = program.args.filter((each) => /\.ts(:|$)/.test(each));
const wanted = program.args.filter((each) => !files.includes(each));
const unknown = wanted.filter((each) => !Object.hasOwn(folders, each));
if (unknown.length > 0) program.error(`There is no folder ${unknown.join(', ')}; there are ${there}.`);

const install = 'npm --prefix test/mutants ci --silent';
if (spawnSync(install, { shell: true, stdio: 'inherit' }).status !== 0)
  program.error(`What it needs could not be installed; npm says why: ${install}`);
const { Stryker } = await import('@stryker-mutator/core');
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
