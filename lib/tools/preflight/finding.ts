/** What a check found: `ok`, something to know, or something that would make the deploy fail or the system unsafe. */
export interface Finding {
  level: 'ok' | 'warning' | 'problem';
  /** What was looked at. */
  subject: string;
  found: string;
  /** What to do; absent if nothing is. */
  advice?: string;
}

export const ok = (subject: string, found: string): Finding => ({ level: 'ok', subject, found });
export const warning = (subject: string, found: string, advice: string): Finding => ({
  level: 'warning',
  subject,
  found,
  advice,
});
export const problem = (subject: string, found: string, advice: string): Finding => ({
  level: 'problem',
  subject,
  found,
  advice,
});
