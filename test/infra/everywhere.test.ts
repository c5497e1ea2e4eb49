import { adopted, prod, STAGES } from '../support/stages';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { regional, withImages } from './inputs';
import { stacksOf, synthesise } from './templates';

interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}

const schemas = loadAwsServiceSpecSync();
const resourcesOf = (name: string, input = STAGES[name] ?? prod) =>
  stacksOf(synthesise(name, input)).flatMap((stack) =>
    Object.entries(stack.template.toJSON().Resources as Record<string, Resource>),
  );

test.each(Object.entries({ ...STAGES, regional, images: withImages, adopted }))(
  'everything of %s that can have tags has those of the stage',
  (name, input) => {
    const taggable = resourcesOf(name, input).flatMap(([id, { Type, Properties = {} }]) => {
      const { tagInformation } = schemas.lookup('resource', 'cloudFormationType', 'equals', Type).only();
      return tagInformation === undefined ? [] : [{ id, tags: Properties[tagInformation.tagPropertyName] }];
    });
    const untagged = taggable.filter(({ tags }) => !JSON.stringify(tags ?? '').includes(`"${input.tags.project}"`));
    expect(untagged.map(({ id }) => id)).toStrictEqual([]);
    expect(taggable.length).toBeGreaterThan(20);
  },
);

test("the gateway's own errors are problem details", () => {
  const responses = resourcesOf('prod').filter(([, { Type }]) => Type === 'AWS::ApiGateway::GatewayResponse');
  expect(responses).toHaveLength(12);
  for (const [, { Properties = {} }] of responses) {
    const { ResponseType, ResponseTemplates, ResponseParameters, StatusCode } = Properties as {
      ResponseType: string;
      ResponseTemplates: Record<string, string>;
      ResponseParameters: Record<string, string>;
      StatusCode?: string;
    };
    // AWS puts its own words in, quotes and escapes included.
    const rendered = (ResponseTemplates['application/json'] ?? '').replace(
      '$context.error.messageString',
      '"Signature \\"expired\\""',
    );
    const problem = JSON.parse(rendered) as Record<string, unknown>;
    expect(problem).toMatchObject({
      type: 'about:blank',
      title: expect.any(String) as unknown,
      detail: expect.any(String) as unknown,
    });
    const told = ['ACCESS_DENIED', 'EXPIRED_TOKEN', 'INVALID_SIGNATURE'].includes(ResponseType);
    expect(problem.reason).toBe(told ? 'Signature "expired"' : undefined);
    expect(problem.status).toBe(StatusCode === undefined ? undefined : Number(StatusCode));
    expect(ResponseParameters['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
  }
});
