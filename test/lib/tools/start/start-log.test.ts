import { StartLog } from '../../../../lib/tools/start/start-log';

const WARNING = JSON.stringify({ level: 'WARN', message: 'Connecting to Valkey failed' });
const SHOWN = '[search] WARN Connecting to Valkey failed (npm run ops -- logs search --local)';

let lines: string[];
let stop: AbortController;
let log: StartLog;

beforeEach(() => {
  lines = [];
  stop = new AbortController();
  log = new StartLog(stop.signal, (line) => lines.push(line));
});

test('warnings of a start that fails are shown, those of one that succeeds are not', async () => {
  await log.whileStarting(() => {
    log.take('search', WARNING);
    return Promise.resolve();
  });
  expect(lines).toStrictEqual([]);
  const failed = log.whileStarting(() => {
    log.take('search', WARNING);
    return Promise.reject(new Error('It failed.'));
  });
  await expect(failed).rejects.toThrow('It failed.');
  expect(lines).toEqual([SHOWN]);
});

test('once it is asked to stop nothing is shown: functions outlive their stores for a moment', async () => {
  log.take('search', WARNING);
  const stopped = log.whileStarting(() => {
    log.take('search', WARNING);
    stop.abort();
    return Promise.reject(new Error('It was asked to end.'));
  });
  await expect(stopped).rejects.toThrow('It was asked to end.');
  log.take('search', WARNING);
  expect(lines).toEqual([SHOWN]);
});
