import type { StageSettings } from './settings';

/** How the committed example values are recognised: AWS gives none of these. */
const EXAMPLE = /111122223333|-0e{10}|0example|\.example$/i;

export const isExample = (value: string): boolean => EXAMPLE.test(value);

/** @returns the settings that still have the values of the example, by their paths. */
export function exampleSettings(settings: StageSettings): string[] {
  const found: string[] = [];
  const visit = (value: unknown, path: string) => {
    if (typeof value === 'string' && isExample(value)) found.push(path);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) visit(each, path === '' ? key : `${path}.${key}`);
    }
  };
  visit(settings, '');
  return found;
}
