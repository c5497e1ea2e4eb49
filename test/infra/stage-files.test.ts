import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { noStage, readStageFile, stagesIn } from '../../lib/stages/stage-file';
import { makeTemporaryFolder } from '../../lib/tools/engines/run-folder';
import { told } from './told';

test('a mistake in a settings file is told with its line; so is one of YAML', () => {
  const text = (shards: string) =>
    `account: '111122223333'\nregion: ap-northeast-2\ncache:\n  shards: ${shards}\n  multiAs: true\n`;
  const message = told(readStageFile(text('many'), 'lib/stages/prod.yaml'));
  expect(message).toContain('(lib/stages/prod.yaml)');
  expect(message).toMatch(/^ {2}line 4: cache\.shards: must be a (whole )?number \(received "many"\)/m);
  expect(message).toMatch(/^ {2}line 5: cache\.multiAs: is no setting; did you mean multiAz\?/m);
  expect(message).toMatch(/^ {2}line \d: cache\.nodeType: must be given: a text/m);
  expect(() => readStageFile(text('[1'), 'lib/stages/prod.yaml')).toThrow(
    /^lib\/stages\/prod\.yaml is no YAML: line \d/,
  );
});

test.each([
  ['', 'nothing'],
  ['# only words\n', 'nothing'],
  ['- account', 'a list'],
  ['account', 'a text'],
])('a file that holds no settings says so: %j', (text, what) => {
  expect(() => readStageFile(text, 'lib/stages/prod.yaml')).toThrow(
    `lib/stages/prod.yaml must hold settings, each by its name ("region: ap-northeast-2"); it holds ${what}. ` +
      'npm run adopt',
  );
});

test.each([
  ['a tab', 'cache:\n\tshards: 1\n', /line 2: Tabs are not allowed as indentation$/],
  ['a setting twice', 'region: a\naccount: b\nregion: c\n', /line 3: Map keys must be unique$/],
  ['an alias of nothing', 'region: a\ncache:\n  <<: *shape\n', /line 3: there is no &shape for \*shape/],
  ['two documents', 'region: a\n---\nregion: b\n', /line \d: Source contains multiple documents/],
  ['no space after the colon', 'region:a\naccount: b\n', /is no YAML: line \d|must hold settings/],
])('YAML that is none, or means something else, is told with its line: %s', (_, text, message) => {
  expect(() => readStageFile(text, 'lib/stages/prod.yaml')).toThrow(message);
});

test('a group is told with the line of its name', () => {
  const text = 'region: ap-northeast-2\n\ncahce:\n  shards: 1\ncache:\n  autoScalling:\n    minShards: 1\n';
  const message = told(readStageFile(text, 'lib/stages/prod.yaml'));
  expect(message).toMatch(/^ {2}line 3: cahce: is no setting; did you mean cache\?/m);
  expect(message).toMatch(/^ {2}line 6: cache\.autoScalling: is no setting; did you mean autoScaling\?/m);
});

test('an item of a list is told with its own line, what is missing with that of its group', () => {
  const text = 'region: ap-northeast-2\nnetwork:\n  subnetIds:\n    - subnet-0123456789abcdef0\n    - sg-1\n';
  const message = told(readStageFile(text, 'lib/stages/prod.yaml'));
  expect(message).toMatch(/^ {2}line 5: network\.subnetIds\.1: must be an id of AWS/m);
  expect(message).toMatch(/^ {2}line 2: network\.vpcId: must be given/m);
  expect(message).toMatch(/^ {2}account: must be given/m);
});

test('what an alias stands for is read', () => {
  expect(readStageFile('region: &here ap-northeast-2\naccount: *here\n', 'lib/stages/prod.yaml')).toEqual({
    region: 'ap-northeast-2',
    account: 'ap-northeast-2',
  });
});

test('the stages of a folder are its YAML files, production first; one is read when it is asked for', () => {
  const folder = makeTemporaryFolder('stages');
  try {
    for (const name of ['test.yaml', 'dev.yaml', 'prod.yaml', 'acceptance.yaml', 'notes.md', 'x.yaml.bak'])
      writeFileSync(path.join(folder, name), 'region: first\n');
    const stages = stagesIn(folder);
    expect(Object.keys(stages)).toEqual(['prod', 'acceptance', 'dev', 'test']);
    writeFileSync(path.join(folder, 'dev.yaml'), 'region: second\n');
    expect(stages.dev).toEqual({ region: 'second' });
    // Once.
    expect(stages.dev).toBe(stages.dev);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [
    'Prod.yaml',
    /Prod\.yaml: a stage's name must be two or more lower-case letters.*received "Prod"\). Rename the file/,
  ],
  ['운영.yaml', /received "운영", in which "운" is U\+C6B4\)/],
  ['p.yaml', /two or more/],
  ['prod.yml', /lib\/stages\/prod\.yml: the file of a stage ends in \.yaml\. Rename it to prod\.yaml\.$/],
  ['prod.YAML', /lib\/stages\/prod\.YAML: .* Rename it to prod\.yaml\.$/],
])('a file whose name is no stage is told by it: %s', (file, message) => {
  const folder = makeTemporaryFolder('stages');
  try {
    writeFileSync(path.join(folder, file), 'region: ap-northeast-2\n');
    expect(() => Object.values(stagesIn(folder))).toThrow(message);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [
    'test2',
    /^There is no stage "test2": the file of a stage ends in \.yaml\. Rename lib\/stages\/test2\.yml to test2\.yaml\.$/,
  ],
  ['prd', /^There is no stage "prd"; did you mean prod\? There are prod, dev \(lib\/stages\/\*\.yaml\)\.$/],
  ['staging', /^There is no stage "staging"; there are prod, dev \(lib\/stages\/\*\.yaml\)\.$/],
])('of a stage that is not there is told which are: %s', (name, message) => {
  const folder = makeTemporaryFolder('stages');
  try {
    for (const file of ['prod.yaml', 'dev.yaml', 'test2.yml', 'Old.yaml']) writeFileSync(path.join(folder, file), '');
    const stages = stagesIn(folder);
    expect(stages[name]).toBeUndefined();
    expect(noStage(name, stages)).toMatch(message);
    expect('constructor' in stages).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a tag is told with its own line, whatever its name', () => {
  const text = 'region: ap-northeast-2\ntags:\n  team: cars\n  kubernetes.io/cluster: 1\n  2026: true\n';
  const message = told(readStageFile(text, 'lib/stages/prod.yaml'));
  expect(message).toMatch(/^ {2}line 4: tags\.kubernetes\.io\/cluster: must be a text/m);
  expect(message).toMatch(/^ {2}line 5: tags\.2026: must be a text/m);
});
