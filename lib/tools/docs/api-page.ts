import { exampleOf, type Example } from './examples';
import { GATEWAY, type openApiDocument } from './openapi';
import { filledPage, tableOf, type Schema } from './page';

type Document = ReturnType<typeof openApiDocument>;

interface OperationObject {
  operationId: string;
  summary: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; schema: Schema; description?: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<
    string,
    {
      description: string;
      headers?: Record<string, { description: string }>;
      content?: Record<string, { schema?: Schema }>;
    }
  >;
}

/** @returns docs/api.md. */
export function apiPage(document: Document): string {
  const named = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const resolve: Resolve = (schema) =>
    schema.$ref === undefined ? schema : { ...named[schema.$ref.split('/').at(-1) ?? ''], ...schema };
  const sections = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, OperationObject>).map(([method, operation]) =>
      section(method.toUpperCase(), path, operation, resolve),
    ),
  );
  return filledPage('api', {
    description: document.info.description ?? '',
    gateway: tableOf(['status', ''], Object.entries(GATEWAY)),
    operations: sections.join('\n'),
  });
}

/** A schema behind its name. */
type Resolve = (schema: Schema) => Schema;

function section(method: string, path: string, operation: OperationObject, resolve: Resolve): string {
  const lines = [`## ${method} ${path}`, '', `${operation.summary}. ${operation.description ?? ''}`.trim(), ''];
  if (operation.parameters?.length) {
    const rows = operation.parameters.map(({ name, in: place, required, schema, description = '' }) => {
      const fallback = required ? 'required' : schema.default === undefined ? '' : JSON.stringify(schema.default);
      return [`\`${name}\``, place, values(schema, resolve), fallback, description];
    });
    lines.push(...tableOf(['parameter', 'in', 'values', 'default', ''], rows), '');
  }
  const body = operation.requestBody?.content['application/json']?.schema;
  if (body !== undefined) lines.push(...bodyTable(resolve(body), resolve));
  const answers = Object.entries(operation.responses)
    .filter(([status, { description }]) => GATEWAY[Number(status)] !== description)
    .map(([status, { description, headers = {} }]) => [
      status,
      description,
      Object.entries(headers)
        .map(([name, header]) => `\`${name}\`: ${header.description}`)
        .join(' '),
    ]);
  lines.push(...tableOf(['status', '', 'headers'], answers), '');
  for (const [status, { content }] of Object.entries(operation.responses)) {
    const schema = content?.['application/json']?.schema;
    if (schema !== undefined) lines.push(...answerTable(status, resolve(schema), resolve));
  }
  return [...lines, ...worked(exampleOf(operation.operationId))].join('\n');
}

/** A request as a shell takes it, and the answer as it came. */
function worked({ request, response }: Example): string[] {
  const { method, path, headers = {}, body } = request;
  const how = method === 'GET' || (method === 'POST' && body !== undefined) ? '' : ` -X ${method}`;
  const sent = Object.entries(headers).map(([name, value]) => ` -H '${name}: ${value}'`);
  const data = body === undefined ? '' : ` \\\n  -d '${JSON.stringify(body)}'`;
  const received = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`);
  const text = typeof response.body === 'string' ? [response.body] : JSON.stringify(response.body, null, 2).split('\n');
  return [
    '```sh',
    `curl -s${how}${sent.join('')} "$API${path}"${data}`,
    '```',
    '',
    '```http',
    `HTTP/1.1 ${response.status}`,
    ...received,
    '',
    ...text,
    '```',
    '',
  ];
}

function answerTable(status: string, schema: Schema, resolve: Resolve): string[] {
  const rows = members(schema, resolve).map(({ name, values: shown, required, description }) => [
    `\`${name}\``,
    `${shown}${required ? '' : ', may be absent'}`,
    description,
  ]);
  return rows.length === 0 ? [] : [...tableOf([`member of the ${status}`, 'values', ''], rows), ''];
}

interface Member {
  name: string;
  values: string;
  required: boolean;
  description: string;
}

/** Members, and those of what they hold: `signals[].id`. */
function members({ properties = {}, required = [] }: Schema, resolve: Resolve, before = ''): Member[] {
  return Object.entries(properties).flatMap(([name, given]) => {
    const schema = resolve(given);
    const inner = resolve(schema.items ?? schema.anyOf?.find((each) => resolve(each).properties) ?? schema);
    const own = {
      name: before + name,
      values: values(schema, resolve),
      required: required.includes(name),
      description: given.description ?? schema.description ?? '',
    };
    return [own, ...members(inner, resolve, `${before}${name}${schema.items ? '[]' : ''}.`)];
  });
}

function bodyTable(schema: Schema, resolve: Resolve): string[] {
  const rows = members(schema, resolve).map(({ name, values: shown, required, description }) => [
    `\`${name}\``,
    shown,
    required ? 'required' : '',
    description,
  ]);
  if (rows.length === 0) return [`Body: a JSON object. ${schema.description ?? ''}`.trim(), ''];
  return [...tableOf(['member of the body', 'values', '', ''], rows), ''];
}

function values(given: Schema, resolve: Resolve): string {
  const schema = resolve(given);
  const all = (schemas: readonly Schema[]) => schemas.map((each) => values(each, resolve)).join(' or ');
  if (schema.anyOf) return all(schema.anyOf);
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.items) return `list of ${values(schema.items, resolve)}${howMany(schema.minItems, schema.maxItems)}`;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  const type = [schema.type ?? 'any JSON'].flat().join(' or ');
  if (
    schema.minimum !== undefined &&
    Math.abs(schema.minimum) < Number.MAX_SAFE_INTEGER &&
    schema.maximum !== undefined
  )
    return schema.maximum < Number.MAX_SAFE_INTEGER
      ? `${type}, ${schema.minimum} to ${schema.maximum}`
      : `${type}, at least ${schema.minimum}`;
  const { pattern, minLength, maxLength } = schema;
  // Patterns that only keep control characters out would be longer than what they say.
  if (pattern !== undefined && !pattern.startsWith('^[^')) return `${type}, \`${pattern}\``;
  return `${type}${howMany(minLength, maxLength, ' characters')}`;
}

const howMany = (least = 0, most?: number, of = ''): string =>
  most === undefined ? '' : `, ${least > 0 ? `${least} to` : 'at most'} ${most}${of}`;
