import { connectTarget } from '../lib/ops/connect';
import { runOps } from '../lib/ops/program';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

void runOps(process.argv.slice(2), {
  connect: connectTarget,
  write: (text) => console.log(text),
  progress: (text) => console.error(text),
  exit: (code) => (process.exitCode = code),
  signal: interrupted.signal,
});
