/**
 * Crosses the boundary: the CDK constructs and the local run set these variables, the handlers read them.
 * Nothing here may import from aws-cdk-lib or from a handler.
 */
import { ToldError } from './told-error';

/** Names of the environment variables that the Lambda functions read. */
export const ENV = {
  /** `<host>:<port>` of the configuration endpoint of the replication group. */
  valkeyEndpoint: 'VALKEY_ENDPOINT',
  /** The ACL user that this function signs in as. With IAM, ElastiCache's user id and user name are the same. */
  valkeyUser: 'VALKEY_USER',
  /** The replication group's id. When set, passwords are IAM tokens signed for it. */
  valkeyReplicationGroupId: 'VALKEY_REPLICATION_GROUP_ID',
  /** Local run only: a file that holds the password of the ACL user, read anew for each connection. */
  valkeyPasswordFile: 'VALKEY_PASSWORD_FILE',
  /** Local run only: a PEM file with the certificate authority of the cluster. AWS's is among Node's own. */
  valkeyCaFile: 'VALKEY_CA_FILE',

  /** Local run only: a PostgreSQL connection string; replaces all the DATABASE_ variables below. */
  databaseUrl: 'DATABASE_URL',
  /** The endpoint of the RDS instance, not a CNAME: IAM tokens are signed for this very name. */
  databaseHost: 'DATABASE_HOST',
  databasePort: 'DATABASE_PORT',
  databaseName: 'DATABASE_NAME',
  /** The login role; with a secret, the secret's `username` is used instead. */
  databaseUser: 'DATABASE_USER',
  /** ARN of a Secrets Manager secret with `username` and `password`. Without it the login is by IAM token. */
  databaseSecretArn: 'DATABASE_SECRET_ARN',
  /** A PEM file with the certificate authorities of RDS, relative to the function's code. */
  databaseCaFile: 'DATABASE_CA_FILE',

  /** Where photos come from, such as `https://photos.carfin.kr`. */
  imageOrigin: 'IMAGE_ORIGIN',
  /** The path of a photo there; `{photo}` is the photo column without its first slash. */
  imagePath: 'IMAGE_PATH',
  /** A regular expression for the whole of `{photo}`. */
  imagePhotoPattern: 'IMAGE_PHOTO_PATTERN',
  /** What photos may take of Valkey's memory, in all shards together. */
  imageMemoryMib: 'IMAGE_MEMORY_MIB',
  /**
   * Local run only: the certificate authority of an origin on this machine, which it also allows. Refused in Lambda.
   */
  imageLocalCaFile: 'IMAGE_LOCAL_CA_FILE',

  /** Tests only: by how much the deadlines of requests are longer than production's. Refused in Lambda. */
  deadlineFactor: 'DEADLINE_FACTOR',

  /** Bytes that one process of search may keep of listings and answers, 0 for none; 32 MiB unless given. */
  listingMemoryBytes: 'LISTING_MEMORY_BYTES',

  /** The API as callers reach it, with its stage: what the heartbeat asks. */
  apiUrl: 'API_URL',

  /**
   * What the first message is made for: the stage's alarms begin with it, and a JSON file with what explains each kind.
   */
  groupId: 'GROUP_ID',
  alarmCausesFile: 'ALARM_CAUSES_FILE',
  /** Secret with the URL of the chat that gets first messages; without it only mails do. */
  chatSecretArn: 'CHAT_SECRET_ARN',

  /** The secret that {@link PeopleKey} is made of; of the functions that touch what people said. */
  peopleKey: 'PEOPLE_KEY',
  /** Environments that a function whose requests wait may have at once. */
  mostEnvironments: 'MOST_ENVIRONMENTS',
  /** Days that snapshots of the cluster are kept, and that the audit log is: what the answer to forgetting tells. */
  snapshotDays: 'SNAPSHOT_DAYS',
  auditDays: 'AUDIT_DAYS',
  /** The log group of its own that the audit writer writes to. */
  auditLogGroup: 'AUDIT_LOG_GROUP',

  /** Stage name; the value of the metric dimension `stage`. */
  stage: 'STAGE',
} as const;

/** A variable that a function needs is missing or empty. Raised during init, so that a deploy fails loudly. */
class MissingEnvironmentError extends ToldError {
  constructor(name: string) {
    super(`Environment variable ${name} is not set. The CDK construct of this function, or the local run, sets it.`);
  }
}

/**
 * @returns the value of the variable, never empty.
 * @throws MissingEnvironmentError if it is unset or empty.
 */
export function requireEnv(name: string, env: NodeJS.ProcessEnv = process.env): string {
  const value = env[name];
  if (value === undefined || value === '') throw new MissingEnvironmentError(name);
  return value;
}

/** @returns the value of the variable, or undefined if it is unset or empty. */
export function optionalEnv(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}
