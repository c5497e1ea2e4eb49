import { applies, type AccessRequest, type Context, type Statement } from './statement';

const role = 'arn:aws:iam::111122223333:role/a';
const request = (context: Context = {}, over: Partial<AccessRequest> = {}): AccessRequest => ({
  principal: { kind: 'AWS', id: role },
  action: 'sns:Publish',
  resource: 'arn:aws:sns:eu-west-1:111122223333:t',
  context,
  ...over,
});
const allow = (over: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 'sns:Publish',
  Resource: '*',
  ...over,
});
const when = (Condition: Statement['Condition'], context: Context = {}) =>
  applies(allow({ Condition }), request(context), false);

test.each<[string, Partial<Statement>, boolean]>([
  ['the action in another case', { Action: 'SNS:publish' }, true],
  ['a wildcard', { Action: ['sqs:*', 'sns:Pub*'] }, true],
  ['another action', { Action: 'sns:Subscribe' }, false],
  ['NotAction of another', { Action: undefined, NotAction: 'sns:Subscribe' }, true],
  ['NotAction of it', { Action: undefined, NotAction: 'sns:*' }, false],
  ['the resource', { Resource: 'arn:aws:sns:*:111122223333:?' }, true],
  ['a dot is no wildcard', { Resource: 'arn.aws:sns:eu-west-1:111122223333:t' }, false],
  ['NotResource of it', { Resource: undefined, NotResource: 'arn:aws:sns:*' }, false],
])('a statement on %s', (_, over, expected) => {
  expect(applies(allow(over), request(), false)).toBe(expected);
});

test.each<[Statement['Principal'], boolean]>([
  ['*', true],
  [{ AWS: '*' }, true],
  [{ AWS: [role] }, true],
  [{ AWS: 'arn:aws:iam::111122223333:root' }, true],
  [{ AWS: '111122223333' }, true],
  [{ AWS: 'arn:aws:iam::444455556666:root' }, false],
  [{ AWS: 'arn:aws:iam::111122223333:role/b' }, false],
  [{ Service: 'sns.amazonaws.com' }, false],
])('of a resource for %j', (Principal, expected) => {
  expect(applies(allow({ Principal }), request(), true)).toBe(expected);
});

test.each<[string, Statement['Condition'], Context, boolean]>([
  ['equal', { StringEquals: { 'aws:SourceAccount': '1' } }, { 'AWS:sourceaccount': '1' }, true],
  ['one of several', { StringEquals: { k: ['1', '2'] } }, { k: '2' }, true],
  ['a key that is not there', { StringEquals: { k: '1' } }, {}, false],
  ['not equal, no key', { StringNotEquals: { k: '1' } }, {}, true],
  ['not one of several', { StringNotEquals: { k: ['1', '2'] } }, { k: '2' }, false],
  ['if exists, no key', { StringEqualsIfExists: { k: '1' } }, {}, true],
  ['not like', { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/a' } }, {}, false],
  ['like another', { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/b' } }, {}, true],
  ['no TLS', { Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': 'false' }, true],
  ['absent', { Null: { k: 'true' } }, {}, true],
  ['there', { Null: { k: 'true' } }, { k: '1' }, false],
  ['a number', { NumericLessThan: { k: '12' } }, { k: '11' }, true],
  ['all of several', { 'ForAllValues:StringEquals': { k: ['1', '2'] } }, { k: ['1', '3'] }, false],
  ['any of several', { 'ForAnyValue:StringLike': { k: ['1*'] } }, { k: ['3', '12'] }, true],
  ['two, one of which fails', { StringEquals: { k: '1', l: '2' } }, { k: '1', l: '3' }, false],
  ["the principal's own key", { Bool: { 'aws:PrincipalIsAWSService': 'false' } }, {}, true],
])('condition: %s', (_, condition, context, expected) => {
  expect(when(condition, context)).toBe(expected);
});

test('what it does not know it refuses to judge', () => {
  expect(() => when({ DateGreaterThan: { k: '1' } }, { k: '2' })).toThrow('DateGreaterThan');
  expect(() => when({ StringEquals: { k: '${aws:username}' } }, { k: '2' })).toThrow('policy variable');
});
