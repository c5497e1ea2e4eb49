import { prod } from '../support/stages';
import { Account, type Policy } from './iam/account';
import { deliveries, type Delivery } from './iam/deliveries';
import { peoplesDeliveries } from './iam/people';
import { regional, withImages } from './inputs';
import { synthesise } from './templates';

/** Between them they have every kind of delivery. */
const stages = { prod, regional, images: withImages };

/** A principal of the account that its own policies let do everything: what resources must refuse all the same. */
const mighty = (of: string): Policy => ({
  at: 'an administrator of the account',
  kind: 'identity',
  of: [of],
  statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

describe.each(Object.entries(stages))('stage %s', (name, input) => {
  const stage = synthesise(name, input);
  const account = new Account(stage);
  const rows = [...deliveries(account, stage), ...peoplesDeliveries(account, stage)];
  const arrives = ({ request, through }: Delivery, policies = account.policies) =>
    account.with(policies).allows(request, through);

  test('every delivery arrives', () => {
    expect(rows.filter((row) => !arrives(row)).map(({ what, request }) => ({ what, request }))).toStrictEqual([]);
    expect(rows.length).toBeGreaterThan(100);
  });

  test('none of its twins does: another account, another role, no TLS, another scope', () => {
    const open = rows.flatMap((row) =>
      Object.entries(row.twins)
        .filter(([, twin]) => arrives({ ...row, request: { ...row.request, ...twin } }))
        .map(([twin]) => `${row.what}: ${twin}`),
    );
    expect(open).toStrictEqual([]);
  });

  test("the API refuses whom it does not name, whatever that one's own policy allows", () => {
    const calls = rows.filter(({ request }) => request.action === 'execute-api:Invoke');
    const open = calls.flatMap((row) =>
      Object.entries(row.twins)
        .filter(([, twin]) => {
          const request = { ...row.request, ...twin };
          return account.with([...account.policies, mighty(request.principal.id)]).allows(request, row.through);
        })
        .map(([twin]) => `${row.what}: ${twin}`),
    );
    expect(open).toStrictEqual([]);
    expect(calls.length).toBeGreaterThan(1);
  });

  test('each Allow of each policy is needed: without it some delivery fails', () => {
    const unneeded = account.policies.flatMap((policy) =>
      policy.statements
        .filter(({ Effect }) => Effect === 'Allow')
        .filter((statement) => {
          const without = { ...policy, statements: policy.statements.filter((each) => each !== statement) };
          const policies = account.policies.map((each) => (each === policy ? without : each));
          return rows.every((row) => arrives(row, policies));
        })
        .map((statement) => `${policy.at}: ${JSON.stringify(statement.Action)}`),
    );
    const elsewhere = [
      // Tried call by call in operator-role.test.ts.
      /\/OperatorRole/,
      // The account's own policies decide who uses a key, as for every key of the account.
      /\/(Cache|Audit)Key/,
      // CDK admits the gateway once for each path; the wider path of the same function holds these.
      /Apiv1proxyANYApiPermission|Apiv1sessionssessionIdproxyANYApiPermission/,
    ];
    expect(unneeded.filter((each) => !elsewhere.some((pattern) => pattern.test(each)))).toStrictEqual([]);
  });
});
