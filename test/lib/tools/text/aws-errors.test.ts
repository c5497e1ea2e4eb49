import { lacksCredentials, orNothing } from '../../../../lib/tools/text/aws-errors';

const failure = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each([
  ['CredentialsProviderError', 'Could not load credentials from any providers', true],
  ['TokenProviderError', "Token is expired. To refresh this SSO session run 'aws sso login'", true],
  ['ExpiredTokenException', 'The security token included in the request is expired', true],
  ['UnrecognizedClientException', 'The security token included in the request is invalid', true],
  ['InvalidSignatureException', 'Signature expired', true],
  ['AccessDeniedException', 'User is not authorized to perform rds:DescribeDBInstances', false],
  ['InvalidNextTokenException', 'The token is malformed', false],
  ['ThrottlingException', 'Rate exceeded', false],
])('%s, “%s”: of credentials, %s', (name, message, of) => {
  expect(lacksCredentials(failure(name, message))).toBe(of);
});

test.each([
  ['ResourceNotFoundException', 'no such role'],
  ['DBInstanceNotFoundFault', 'DBInstance cars not found.'],
  ['ValidationError', 'Stack with id carfin-prod-cache does not exist'],
])('%s, “%s”, is nothing and no error', async (name, message) => {
  await expect(orNothing<unknown>(Promise.reject(failure(name, message)))).resolves.toBeUndefined();
});

test.each([
  ['TypeNotFoundException', 'AWS::IAM::Nothing'],
  ['AccessDenied', 'no'],
])('%s, “%s”, stays an error', async (name, message) => {
  await expect(orNothing(Promise.reject(failure(name, message)))).rejects.toThrow(message);
});
