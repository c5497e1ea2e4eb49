// The functions give Valkey 150 ms, as deployed. A machine that stands still for longer makes them fall back, rightly, and a test
// that expects the cache fail: it is told, and tried again.
jest.retryTimes(2, { logErrorsBeforeRetry: true });
