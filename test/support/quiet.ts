// Functions log and emit on standard output; in a test that hides what failed. Tests of logs and metrics read them on purpose.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
process.env.POWERTOOLS_METRICS_DISABLED ??= 'true';
