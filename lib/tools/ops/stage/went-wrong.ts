/** Our own lines by their level; Lambda's of a time limit and of a process that ended (Lambda guide, monitoring-cloudwatchlogs). */
export const WENT_WRONG = ['"level":"WARN"', '"level":"ERROR"', 'Task timed out', 'Runtime exited', '[ERROR]'];
