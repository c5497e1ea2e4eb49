import fc from 'fast-check';
import folders from './folders.json';

// A property that fails has noticed the mutant: which smallest example breaks it is not asked.
fc.configureGlobal({ endOnFailure: true });

// As one file: what they import is loaded once for each mutant.
for (const each of folders[process.env.MUTATED as keyof typeof folders].tests)
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  require(`../${each}.test`);
