import type { StageInput } from './settings';

/** How the committed example values are recognised: AWS gives none of these. */
const EXAMPLE = /111122223333|-0e{10}|0example|\.example$/i;

export const isExample = (value: string): boolean => EXAMPLE.test(value);

/**
 * @param endpoint of the database, as it stands in settings that may be wrong; its name in the example is no odd one,
 * so the endpoint tells.
 * @returns whether the setting of this path has the example's value.
 */
export const isExampleSetting = (path: string, value: string, endpoint: unknown): boolean =>
  isExample(value) ||
  (path === 'database.instanceIdentifier' &&
    typeof endpoint === 'string' &&
    isExample(endpoint) &&
    endpoint.startsWith(`${value}.`));

/** @returns the settings that still have the values of the example, by their paths as somebody wrote them. */
export function exampleSettings(input: StageInput): string[] {
  const found: string[] = [];
  const visit = (value: unknown, path: string) => {
    if (typeof value === 'string') {
      if (isExampleSetting(path, value, input.database.endpoint)) found.push(path);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) visit(each, path === '' ? key : `${path}.${key}`);
    }
  };
  visit(input, '');
  return found;
}
