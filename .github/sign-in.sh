#!/usr/bin/env bash
# Takes on AWS_ROLE_ARN with the job's OIDC token, for an hour and the steps that follow. No secret is kept anywhere.
set -euo pipefail
token=$(curl --silent --show-error --fail -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
  "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" | jq --raw-output .value)
read -r key secret session < <(aws sts assume-role-with-web-identity --role-arn "$AWS_ROLE_ARN" \
  --role-session-name "github-$GITHUB_RUN_ID" --web-identity-token "$token" \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
for value in "$key" "$secret" "$session"; do echo "::add-mask::$value"; done
{
  echo "AWS_ACCESS_KEY_ID=$key"
  echo "AWS_SECRET_ACCESS_KEY=$secret"
  echo "AWS_SESSION_TOKEN=$session"
} >>"$GITHUB_ENV"
