// Functions log and emit on standard output; in a test that hides what failed. Tests of logs and metrics read them on
// purpose.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
process.env.METRICS_DISABLED ??= 'true';

// What a test wants to know must not depend on how busy the machine is: functions wait twenty times as long as in
// production. Tests in which they wait in vain import short-deadlines first.
process.env.DEADLINE_FACTOR ??= '20';

// Audit lines go to standard output whatever the level. Tests of them give a writer of their own, or read a process.
const write = process.stdout.write.bind(process.stdout) as (...args: unknown[]) => boolean;
process.stdout.write = (...args: unknown[]) => (String(args[0]).startsWith('{"audit":') ? true : write(...args));
