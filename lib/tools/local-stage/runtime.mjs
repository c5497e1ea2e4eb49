// Stands in for Lambda's runtime in the local run: loads one bundle and hands it one event at a time.
const { handler } = await import(process.argv[2]);

process.on('message', async ({ id, event }) => {
  try {
    process.send({ id, result: await handler(event) });
  } catch (error) {
    process.send({ id, error: { name: error.name, message: error.message } });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
