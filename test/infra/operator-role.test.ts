import { prod } from '../support/stages';
import { synthesise } from './templates';

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

test('operators read, run and page, and change no resource', () => {
  const template = synthesise('prod', prod).service.template;
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')) as unknown as [
    string,
    { Properties: { PolicyDocument: { Statement: Statement[] } } },
  ][];
  const own = policies.find(([id]) => id.startsWith('OperatorRole'))?.[1].Properties.PolicyDocument.Statement ?? [];
  const actions = own.flatMap(({ Action }) => Action);
  expect(actions).toContain('lambda:InvokeFunction');
  expect(actions.filter((action) => !/:(Describe|Get|List|Filter)[A-Z]/.test(action))).toEqual([
    'lambda:InvokeFunction',
    'sns:Publish',
  ]);
  const invoked = own.find(({ Action }) => Action === 'lambda:InvokeFunction')?.Resource;
  for (const name of ['warm-up', 'operations', 'doctor'])
    expect(JSON.stringify(invoked)).toContain(`function:carfin-prod-${name}`);
  expect(JSON.stringify(invoked)).not.toContain('carfin-prod-search');
  expect(JSON.stringify(invoked)).not.toContain('*');
});

test('the doctor looks with the role, the user and the network of search', () => {
  const template = synthesise('prod', prod).service.template;
  const functions = Object.values(template.findResources('AWS::Lambda::Function')) as {
    Properties: { FunctionName?: string; Role: unknown; VpcConfig?: unknown; Environment?: unknown };
  }[];
  const [doctor, search] = ['doctor', 'search'].map((name) => {
    const found = functions.find(({ Properties }) => Properties.FunctionName === `carfin-prod-${name}`)?.Properties;
    return { role: found?.Role, network: found?.VpcConfig, environment: found?.Environment };
  });
  expect(search?.role).toBeDefined();
  expect(doctor).toEqual(search);
});
