import { ACCESS, type ValkeyUser } from '../../lambda/contract/access';
import { definitionOf, FUNCTION_NAMES, type FunctionName } from '../../lambda/contract/functions';
import type { StageSettings } from './settings';

/** @returns the functions that a stage has: those of the table whose option it does not leave out. */
export function deployedFunctions(settings: StageSettings): FunctionName[] {
  return FUNCTION_NAMES.filter((name) => {
    const { option } = definitionOf(name);
    return option === undefined || settings[option] !== undefined;
  });
}

/** @returns the Valkey users that a stage has: those of its functions, and the readers of keys. */
export function deployedUsers(settings: StageSettings): ValkeyUser[] {
  const absent = FUNCTION_NAMES.filter((name) => !deployedFunctions(settings).includes(name));
  const unused = absent.map((name) => definitionOf(name).valkeyUser);
  return (Object.keys(ACCESS) as ValkeyUser[]).filter((user) => !unused.includes(user));
}
