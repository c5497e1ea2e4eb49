import { connectTarget } from '../lib/tools/ops/connect';
import { EXIT, type ExitCode } from '../lib/tools/ops/report/errors';
import { runOps } from '../lib/tools/ops/program';
import { runProgram } from '../lib/tools/programs/run-program';

// It reads its arguments itself: each command has its own.
runProgram(undefined, async ({ signal }) => {
  let ended: ExitCode = EXIT.ok;
  await runOps(process.argv.slice(2), {
    connect: connectTarget,
    write: (text) => console.log(text),
    progress: (text) => console.error(text),
    exit: (code) => (ended = code),
    signal,
    board: async (target, options) => {
      const { showBoard } = await import('../lib/tools/board/show-board');
      return showBoard(target, options, (line) => console.error(line), signal);
    },
  });
  return ended;
});
