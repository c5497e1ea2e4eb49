/** One statement of a policy with every reference followed (IAM user guide, reference_policies_elements). */
export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | Record<string, string | string[]>;
  NotPrincipal?: '*' | Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/**
 * Who asks: a role or user by its ARN, an AWS service by its host, an identity provider's token by the provider's ARN.
 */
interface Principal {
  kind: 'AWS' | 'Service' | 'Federated';
  id: string;
}

/** What AWS knows of a request beside action and resource; keys in any case. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

export interface AccessRequest {
  principal: Principal;
  action: string;
  resource: string;
  context: Context;
}

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

/** `*` is any text, `?` one character. */
export function like(pattern: string, value: string, ignoreCase = false): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(value);
}

/** @param byPrincipal whether the statement is of a resource's policy, and so says whom it concerns. */
export function applies(statement: Statement, request: AccessRequest, byPrincipal: boolean): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const actionFits = (patterns: string | string[]) => list(patterns).some((each) => like(each, request.action, true));
  const resourceFits = (patterns: string | string[]) => list(patterns).some((each) => like(each, request.resource));
  if (Action === undefined ? actionFits(NotAction ?? '*') : !actionFits(Action)) return false;
  // Only a trust policy has neither: it concerns its own role.
  if (Resource !== undefined && !resourceFits(Resource)) return false;
  if (NotResource !== undefined && resourceFits(NotResource)) return false;
  if (byPrincipal && !principalFits(statement, request.principal)) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, list(wanted), valuesOf(key, request))),
  );
}

function principalFits({ Principal, NotPrincipal }: Statement, asking: Principal): boolean {
  if (NotPrincipal !== undefined) return !named(NotPrincipal, asking);
  if (Principal === undefined) throw new Error('A statement of a resource names no principal.');
  return named(Principal, asking);
}

function named(principals: '*' | Record<string, string | string[]>, { kind, id }: Principal): boolean {
  if (principals === '*') return true;
  // `{ AWS: "*" }` is everybody, services and anonymous callers too (IAM user guide,
  // reference_policies_elements_principal).
  return Object.entries(principals).some(
    ([type, ids]) =>
      list(ids).some((each) => type === kind && (each === id || delegates(each, id))) ||
      (type === 'AWS' && list(ids).includes('*')),
  );
}

/** An account as a principal: its own policies decide which of its roles and users are meant. */
export function delegates(principal: string, arn: string): boolean {
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(principal)?.[1];
  return account !== undefined && arn.split(':')[4] === account;
}

/** @returns undefined if the request has no such key. */
function valuesOf(key: string, { principal, context }: AccessRequest): readonly string[] | undefined {
  const own: Context = {
    'aws:PrincipalIsAWSService': String(principal.kind === 'Service'),
    ...(principal.kind === 'AWS'
      ? { 'aws:PrincipalArn': principal.id, 'aws:PrincipalAccount': principal.id.split(':')[4] ?? '' }
      : {}),
  };
  const found = Object.entries({ ...own, ...context }).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : list(found[1]);
}

const equal = (a: string, b: string) => a === b;
const numbers = (compare: (a: number, b: number) => boolean) => (wanted: string, value: string) =>
  compare(Number(value), Number(wanted));

/** Each of the operators: whether a value is what is wanted. Those with `Not` are told by `holds`. */
const OPERATORS: Readonly<Record<string, (wanted: string, value: string) => boolean>> = {
  StringEquals: equal,
  StringEqualsIgnoreCase: (wanted, value) => wanted.toLowerCase() === value.toLowerCase(),
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: (wanted, value) => wanted.toLowerCase() === value.toLowerCase(),
  NumericEquals: numbers((a, b) => a === b),
  NumericLessThan: numbers((a, b) => a < b),
  NumericGreaterThan: numbers((a, b) => a > b),
};

/**
 * @throws Error for what it does not know: an operator that is passed over would be a permission that nobody checked.
 */
function holds(operator: string, wanted: readonly string[], values: readonly string[] | undefined): boolean {
  if (wanted.some((each) => each.includes('${'))) throw new Error(`No policy variable is known: ${wanted.join(', ')}`);
  if (operator === 'Null') return wanted.includes(String(values === undefined));
  const [, set, negated, name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(?:(String|Arn|Numeric)Not)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const positive = OPERATORS[`${negated ?? ''}${name}`];
  if (positive === undefined) throw new Error(`No condition operator ${operator} is known.`);
  if (values === undefined)
    return ifExists !== undefined || (negated !== undefined && set === undefined) || set === 'ForAllValues';
  const fits = (value: string) => wanted.some((each) => positive(each, value)) !== (negated !== undefined);
  return set === 'ForAnyValue' || (set === undefined && negated === undefined) ? values.some(fits) : values.every(fits);
}
