import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { nearest, unseen } from './messages';
import type { StageInput } from './settings';

const SUFFIX = '.yaml';
/** What a settings file may be called by mistake: asking for it says so. */
const LIKE_SUFFIX = /\.ya?ml$/i;
/** What CDK takes as the name of a stage, in lower case. */
const NAME = /^[a-z][a-z0-9-]+$/;

/** Where a stage's settings are, as people are told. */
export const stageFile = (stage: string): string => `lib/stages/${stage}${SUFFIX}`;

/** A settings file that is no YAML, or holds no settings. */
export class StageFileError extends Error {
  override readonly name = 'StageFileError';
}

interface Source {
  document: Document;
  lines: LineCounter;
}
const sources = new WeakMap<object, Source>();

/**
 * @throws StageFileError with the line of what can't be read; whether the settings are right is for parseSettings to
 * say.
 */
export function readStageFile(text: string, file: string): StageInput {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    // Its place is told once, and what it shows of the text not at all.
    const [what = ''] = error.message.split(/ at line \d|\n/);
    throw new StageFileError(`${file} is no YAML: line ${error.linePos?.[0].line ?? '?'}: ${what}`);
  }
  refuseLooseAliases(document, lines, file);
  const input: unknown = document.toJS();
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new StageFileError(
      `${file} must hold settings, each by its name ("region: ap-northeast-2"); it holds ` +
        `${input === null ? 'nothing' : Array.isArray(input) ? 'a list' : 'a text'}. npm run adopt writes one.`,
    );
  sources.set(input, { document, lines });
  return input as StageInput;
}

/** An alias is looked up only when the values are wanted, and then told without a line. */
function refuseLooseAliases(document: Document, lines: LineCounter, file: string): void {
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const { line } = lines.linePos(alias.range?.[0] ?? 0);
      throw new StageFileError(`${file} is no YAML: line ${line}: there is no &${alias.source} for *${alias.source}`);
    },
  });
}

/** @returns the line of a setting, or of what it is missing from; undefined for settings that come from no file. */
export function lineOf(input: object, setting: readonly PropertyKey[]): number | undefined {
  const source = sources.get(input);
  if (source === undefined) return undefined;
  for (let length = setting.length; length > 0; length--) {
    const start = startOf(source.document, setting.slice(0, length));
    if (start !== undefined) return source.lines.linePos(start).line;
  }
  return undefined;
}

/** Where the name of a setting stands, or an item of a list: what a group holds begins a line below its name. */
function startOf(document: Document, setting: readonly PropertyKey[]): number | undefined {
  const parent = document.getIn(setting.slice(0, -1), true);
  const name =
    isMap(parent) && parent.items.find(({ key }) => isScalar(key) && String(key.value) === setting.at(-1))?.key;
  const node = isNode(name) ? name : document.getIn(setting, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

/**
 * @returns the stages of a folder, each file one; a file is read when its stage is first asked for. One whose name is
 * not right is a stage, too: asking for it says what is wrong.
 */
export function stagesIn(folder: string): Record<string, StageInput> {
  const names = readdirSync(folder)
    .filter((file) => LIKE_SUFFIX.test(file))
    .map((file) => (file.endsWith(SUFFIX) ? file.slice(0, -SUFFIX.length) : file))
    .sort((a, b) => Number(b === 'prod') - Number(a === 'prod') || (a < b ? -1 : 1));
  // Without a prototype: nothing that every object has is a stage.
  const stages = Object.create(null) as Record<string, StageInput>;
  for (const name of names) {
    let input: StageInput | undefined;
    const get = () => (input ??= readNamed(folder, name));
    Object.defineProperty(stages, name, { enumerable: true, get });
  }
  return stages;
}

/** @returns the names of those stages whose files have right names. */
export const namesOf = (stages: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(stages).filter((name) => NAME.test(name));

/** @returns that a stage's file lies there under another suffix, with the way out; undefined if none does. */
export function misnamed(name: string, stages: Readonly<Record<string, unknown>>): string | undefined {
  const beside = Object.keys(stages).find((each) => each !== name && each.replace(LIKE_SUFFIX, '') === name);
  return beside && `the file of a stage ends in ${SUFFIX}. Rename lib/stages/${beside} to ${name}${SUFFIX}.`;
}

/** @returns that there is no stage of this name, with the way out. */
export function noStage(name: string, stages: Readonly<Record<string, unknown>>): string {
  const none = `There is no stage "${name}"`;
  const other = misnamed(name, stages);
  if (other !== undefined) return `${none}: ${other}`;
  const names = namesOf(stages);
  const meant = nearest(name, names);
  const there = `${names.join(', ') || 'none'} (lib/stages/*${SUFFIX}).`;
  return `${none}; ${meant === undefined ? 'there' : `did you mean ${meant}? There`} are ${there}`;
}

function readNamed(folder: string, name: string): StageInput {
  if (LIKE_SUFFIX.test(name))
    throw new StageFileError(
      `lib/stages/${name}: the file of a stage ends in ${SUFFIX}. Rename it to ${name.replace(LIKE_SUFFIX, SUFFIX)}.`,
    );
  if (!NAME.test(name))
    throw new StageFileError(
      `${stageFile(name)}: a stage's name must be two or more lower-case letters, digits and hyphens, ` +
        'beginning with a letter ' +
        `(received ${JSON.stringify(name)}${unseen(name)}). Rename the file.`,
    );
  return readStageFile(readFileSync(path.join(folder, name + SUFFIX), 'utf8'), stageFile(name));
}
