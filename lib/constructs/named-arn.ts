import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** `arn:aws:<service>:<region>:<account>:<kind>:<name>`, of the construct's stack. */
export function namedArn(construct: IConstruct, service: string, kind: string, name: string): string {
  return Stack.of(construct).formatArn({
    service,
    resource: kind,
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
