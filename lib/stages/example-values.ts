import type { StageSettings } from './settings';

/** How the committed example values are recognised: AWS gives none of these. */
const EXAMPLE = /111122223333|-0e{10}|0example|\.example$/i;

export const isExample = (value: string): boolean => EXAMPLE.test(value);

/** @returns whether a database's name is that of the example: it is no odd name, so the endpoint tells. */
export const isExampleInstance = (name: unknown, endpoint: unknown): boolean =>
  typeof endpoint === 'string' && isExample(endpoint) && endpoint.startsWith(`${String(name)}.`);

/** @returns the settings that still have the values of the example, by their paths. */
export function exampleSettings(settings: StageSettings): string[] {
  const found: string[] = [];
  const visit = (value: unknown, path: string) => {
    const isInstance = path === 'database.instanceIdentifier';
    if (isInstance && isExampleInstance(value, settings.database.endpoint)) found.push(path);
    else if (typeof value === 'string' && isExample(value)) found.push(path);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) visit(each, path === '' ? key : `${path}.${key}`);
    }
  };
  visit(settings, '');
  return found;
}
