import { guardedSocket } from '../../../lambda/database/guarded-socket';
import { poolSettings } from '../../../lambda/database/pool';
import { VehicleDatabase } from '../../../lambda/database/vehicle-database';
import { TYPICAL_QUESTIONS, type Question } from '../../../lambda/rules/question';
import { RequestContext } from '../../../lambda/telemetry/request';
import { TcpProxy } from '../../../lib/tools/breakage/proxy';
import { generateListings } from '../../../lib/tools/example-data/listings';
import { createVehicles } from '../../../lib/tools/example-data/vehicles-table';
import { startPostgres, type LocalPostgres } from '../../../lib/tools/engines/postgres';

const [QUESTION] = TYPICAL_QUESTIONS as [Question];

let postgres: LocalPostgres;
let proxy: TcpProxy;
let database: VehicleDatabase;
let opened = 0;
let ahead = 0;

beforeAll(async () => {
  postgres = await startPostgres();
  await createVehicles(postgres.ownerUrl, generateListings(500, 3));
  proxy = await TcpProxy.start(Number(new URL(postgres.url).port));
  const url = postgres.url.replace(/:\d+\//, `:${proxy.port}/`);
  const settings = poolSettings({ DATABASE_URL: url });
  database = new VehicleDatabase(
    {
      ...settings,
      stream: () => {
        opened++;
        return guardedSocket();
      },
    },
    () => Date.now() + ahead,
  );
});

afterAll(async () => {
  await database.close();
  await proxy.stop();
  await postgres.stop();
});

const ask = async () => (await database.search(QUESTION, new RequestContext())).total;

test('a process that was frozen does not ask on a connection that died unnoticed', async () => {
  const total = await ask();
  expect(await ask()).toBe(total);
  expect(opened).toBe(1);
  proxy.halfOpen();
  ahead += 25 * 60_000;
  expect(await ask()).toBe(total);
  expect(opened).toBe(2);
});

test('one that asks again and again keeps its connection', async () => {
  for (let i = 0; i < 5; i++) {
    ahead += 9_000;
    await ask();
  }
  expect(opened).toBe(2);
});
