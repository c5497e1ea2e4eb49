import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { StageInput } from './settings';

const SUFFIX = '.yaml';

/** Where a stage's settings are, as people are told. */
export const stageFile = (stage: string): string => `lib/stages/${stage}${SUFFIX}`;

/** A settings file that is no YAML. */
export class StageFileError extends Error {
  override readonly name = 'StageFileError';
}

interface Source {
  document: Document;
  lines: LineCounter;
}
const sources = new WeakMap<object, Source>();

/** @throws StageFileError with the line of what can't be read; whether the settings are right is for parseSettings to say. */
export function readStageFile(text: string, file: string): StageInput {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined)
    throw new StageFileError(
      `${file} is no YAML: line ${error.linePos?.[0].line ?? '?'}: ${error.message.split('\n')[0] ?? ''}`,
    );
  const value: unknown = document.toJS();
  const input = typeof value === 'object' && value !== null ? value : {};
  sources.set(input, { document, lines });
  return input as StageInput;
}

/** @returns the line of a setting, or of what it is missing from; undefined for settings that come from no file. */
export function lineOf(input: object, setting: readonly PropertyKey[]): number | undefined {
  const source = sources.get(input);
  if (source === undefined) return undefined;
  for (let length = setting.length; length > 0; length--) {
    const node = source.document.getIn(setting.slice(0, length), true);
    if (isNode(node) && node.range) return source.lines.linePos(node.range[0]).line;
  }
  return undefined;
}

/** @returns the stages of a folder, each file one; a file is read when its stage is first asked for. */
export function stagesIn(folder: string): Record<string, StageInput> {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort((a, b) => Number(b === 'prod') - Number(a === 'prod') || (a < b ? -1 : 1));
  const stages: Record<string, StageInput> = {};
  for (const name of names) {
    let input: StageInput | undefined;
    const get = () =>
      (input ??= readStageFile(readFileSync(path.join(folder, name + SUFFIX), 'utf8'), stageFile(name)));
    Object.defineProperty(stages, name, { enumerable: true, get });
  }
  return stages;
}
