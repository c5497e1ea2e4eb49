/**
 * Values of a template as a reviewer reads them: `<Id>` for a reference, `<Id.Attribute>` for an attribute, a joined
 * text as the text, a policy as one line for each statement.
 */

interface Statement {
  Effect: string;
  Principal?: unknown;
  Action: unknown;
  Resource?: unknown;
  Condition?: unknown;
}

/** @returns the value, shorter; whole references can be read back by {@link long}. */
export function short(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(short);
  // A resource policy of CloudWatch Logs is a text.
  if (typeof value === 'string' && value.startsWith('{"Statement":')) return short(JSON.parse(value));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [kind = '', target] = entries[0] ?? [];
  if (entries.length === 1) {
    if (kind === 'Ref') return `<${String(target)}>`;
    if (kind === 'Fn::GetAtt') return `<${(target as string[]).join('.')}>`;
    if (kind === 'Fn::GetStackOutput') {
      const { StackName, OutputName } = target as { StackName: string; OutputName: string };
      return `<${StackName}: ${OutputName}>`;
    }
    if (kind === 'Fn::Join' && (target as unknown[])[0] === '')
      return ((target as unknown[])[1] as unknown[]).map((part) => text(short(part))).join('');
  }
  const { Statement: statements } = value as { Statement?: Statement[] };
  if (Array.isArray(statements)) return statements.map(statementLine);
  return Object.fromEntries(entries.map(([key, each]) => [key, short(each)]));
}

function statementLine({ Effect, Principal, Action, Resource, Condition }: Statement): string {
  const who = Principal === undefined ? '' : ` ${text(short(Principal))}`;
  const what = Resource === undefined ? '' : ` on ${list(Resource)}`;
  const when = Condition === undefined ? '' : ` if ${text(short(Condition))}`;
  return `${Effect}${who}: ${list(Action)}${what}${when}`;
}

const list = (value: unknown) =>
  [value]
    .flat()
    .map((each) => text(short(each)))
    .join(', ');
const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** @returns the value with its whole references as CloudFormation writes them, so that a diff can follow them. */
export function long(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(long);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, long(each)]));
  const [, id, attribute] = (typeof value === 'string' && /^<(\w+)(?:\.([\w.]+))?>$/.exec(value)) || [];
  if (id === undefined) return value;
  return attribute === undefined ? { Ref: id } : { 'Fn::GetAtt': [id, attribute] };
}
