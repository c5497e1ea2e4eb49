/**
 * What lines that tell of trouble hold: our own a level, Lambda's a time limit or a process that ended (Lambda guide,
 * monitoring-cloudwatchlogs).
 */
export const WENT_WRONG = ['"level":"WARN"', '"level":"ERROR"', 'Task timed out', 'Runtime exited', '[ERROR]'];
