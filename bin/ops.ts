import { connectTarget } from '../lib/tools/ops/connect';
import { runOps } from '../lib/tools/ops/program';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

void runOps(process.argv.slice(2), {
  connect: connectTarget,
  write: (text) => console.log(text),
  progress: (text) => console.error(text),
  exit: (code) => (process.exitCode = code),
  signal: interrupted.signal,
});
