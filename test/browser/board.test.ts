import { mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { LocalTarget } from '../../lib/tools/ops/local/local-target';
import { figure } from '../../lib/tools/ops/report/output';
import type { PromiseReport } from '../../lib/tools/ops/stage/promises';
import { ops } from '../lib/tools/ops/terminal';
import { StartedStage } from './started-stage';

/** Debian's own; CHROMIUM names another. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Pictures for docs are only kept when somebody wants new ones: BOARD_PICTURES=docs npm run test:board */
const PICTURES = process.env.BOARD_PICTURES;
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let stage: StartedStage;
let browser: Browser;
/** What a page complained of: errors of scripts, of the console, of requests, and breaches of its policy. */
const complaints: string[] = [];

beforeAll(async () => {
  [stage, browser] = await Promise.all([StartedStage.start(), chromium.launch({ executablePath: CHROMIUM })]);
  await traffic();
});

afterAll(async () => {
  await browser.close();
  await stage.stop();
});

afterEach(() => {
  const heard = complaints.splice(0);
  if (heard.length > 0) throw new Error(`The page complained:\n${heard.join('\n')}`);
});

/** As people would: some questions again and again, some new, some conversations. */
async function traffic(): Promise<void> {
  const personas = ['working_mom', 'camping_lover', 'ceo_executive', 'none', 'large_family_dad'];
  for (let i = 0; i < 400; i++) {
    const search = { budgetMin: '1500', budgetMax: String(2_500 + 500 * (i % 7)), persona: personas[i % 5] ?? 'none' };
    await fetch(`${stage.url}/v1/vehicles/search?${new URLSearchParams(search).toString()}`);
  }
}

async function open(where = '', options: { width?: number; height?: number; dark?: boolean } = {}): Promise<Page> {
  const { width = 1_440, height = 900, dark = false } = options;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.addInitScript(
    "document.addEventListener('securitypolicyviolation', " +
      "(event) => console.error('CSP', event.violatedDirective, event.sample))",
  );
  await page.goto(stage.url + where);
  // A page that looks at the figures has a figure.
  if (!where.includes('view')) await page.locator('.tile').first().waitFor();
  return page;
}

async function keepPicture(page: Page, name: string, fullPage = false): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(path.join(PROJECT_ROOT, PICTURES), { recursive: true });
  await page.screenshot({ path: path.join(PROJECT_ROOT, PICTURES, name), fullPage });
}

/** What axe finds that hinders somebody (axe-core, impact serious or critical). */
async function hindrances(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  }>('axe.run(document, { resultTypes: ["violations"] })');
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
    );
}

/** Searches, and has a conversation. */
async function tryAll(page: Page): Promise<void> {
  await page.locator('#search').getByRole('button', { name: 'Search' }).click();
  await page.locator('.cars li').first().waitFor();
  await page.locator('#conversation').getByRole('button', { name: 'Begin' }).click();
  await page.getByText('none lost').waitFor();
}

/** The promises as the page shows them, by their ids. */
async function shownPromises(page: Page): Promise<Record<string, string>> {
  const tiles = await page.locator('.tile').all();
  const shown = tiles.map(async (tile) => [
    await tile.getAttribute('data-promise'),
    `${(await tile.locator('.figure').innerText()).trim()} ${(await tile.getAttribute('data-kept')) ?? ''}`,
  ]);
  return Object.fromEntries(await Promise.all(shown)) as Record<string, string>;
}

test('the page’s numbers are those of ops promises --json', async () => {
  const page = await open();
  process.env.CARFIN_CACHE_FOLDER = stage.folder;
  const target = LocalTarget.connect();
  delete process.env.CARFIN_CACHE_FOLDER;
  // The system lives on between two looks: the page is compared once it shows what was the same before and after it.
  for (;;) {
    const before = await measured();
    await page.waitForTimeout(2_500);
    const shown = await shownPromises(page);
    if (JSON.stringify(before) !== JSON.stringify(await measured())) continue;
    expect(shown).toEqual(before);
    break;
  }
  const kept = Object.values(await shownPromises(page)).filter((each) => /true|false/.test(each));
  expect(kept.length).toBeGreaterThan(4);
  await page.close();

  async function measured(): Promise<Record<string, string>> {
    const { output } = await ops(target, 'promises --json');
    const all = JSON.parse(output) as PromiseReport[];
    const wanted = all.filter(({ beside }) => beside === undefined);
    return Object.fromEntries(
      wanted.map(({ id, unit, windows: [hour] }) => [
        id,
        `${(hour?.value ?? null) === null ? '–' : figure(hour?.value, unit)} ${String(hour?.kept ?? null)}`,
      ]),
    );
  }
});

test('a search shows the car that the API puts first, with its price, photo and tier', async () => {
  const page = await open();
  const form = page.locator('#search form');
  await form.getByRole('combobox', { name: 'Persona' }).selectOption('camping_lover');
  await form.getByLabel('From').fill('1800');
  await form.getByLabel('To').fill('3900');
  await form.getByLabel('Family').selectOption('large');
  await form.getByRole('button', { name: 'Search' }).click();
  const first = page.locator('.cars li').first();
  await first.waitFor();
  const query = 'persona=camping_lover&budgetMin=1800&budgetMax=3900&familyType=large&limit=6';
  const answer = await fetch(`${stage.url}/v1/vehicles/search?${query}`);
  const { vehicles } = (await answer.json()) as { vehicles: { vehicle_id: number; price: number; model: string }[] };
  const [best] = vehicles;
  expect(await first.getAttribute('data-vehicle')).toBe(String(best?.vehicle_id));
  expect(await first.innerText()).toContain(best?.model);
  expect(await first.locator('.price').innerText()).toBe(`${best?.price.toLocaleString('ko-KR') ?? ''}만원`);
  expect(await page.locator('.where .badge').innerText()).toMatch(/^(memory|hit|index|database)$/);
  // The photo came, and is one.
  await page.waitForFunction('document.querySelector(".cars img").naturalWidth > 0');
  await page.close();
});

test('a search that the API refuses says which rule it breaks; every whole price can be asked for', async () => {
  const page = await open();
  const form = page.locator('#search form');
  await form.getByLabel('From').fill('3301');
  await form.getByLabel('To').fill('2470');
  await form.getByRole('button', { name: 'Search' }).click();
  await page.getByText('budgetMax must be at least budgetMin').waitFor();
  // The browser tells of every answer of 400.
  expect(complaints.splice(0)).toEqual([expect.stringContaining('400')]);
  await page.close();
});

test('what people ask for has no request of the system itself, and a node has a share of memory', async () => {
  const page = await open();
  await page.getByText('up to 2,500만원').waitFor();
  // The heartbeat and what a start warms up with ask for more than anybody would pay.
  expect(await page.getByText('up to 1,000,000만원').count()).toBe(0);
  await page.waitForFunction('!document.body.innerText.includes("– memory")');
  await page.close();
});

test('in a conversation the events of all three agents arrive, each once', async () => {
  const page = await open();
  await page.locator('#conversation').getByRole('button', { name: 'Begin' }).click();
  await page.getByText('none lost').waitFor();
  const events = await page.locator('.events li').allInnerTexts();
  const versions = events.map((text) => Number(/v(\d+)/.exec(text)?.[1]));
  expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  for (const agent of ['concierge', 'needs_analyst', 'data_analyst']) expect(events.join(' ')).toContain(agent);
  // Each question shows what the API finds for it, so golf is no question of a family.
  const best = async (query: string) => {
    const answer = await fetch(`${stage.url}/v1/vehicles/search?${query}&limit=1`);
    const { total, vehicles } = (await answer.json()) as { total: number; vehicles: Record<string, string>[] };
    const { manufacturer = '', model = '' } = vehicles[0] ?? {};
    return `${total.toLocaleString('en-US')} cars, best: ${manufacturer} ${model}`;
  };
  const asked = events.filter((text) => text.includes('cars, best'));
  expect(asked.map((text) => text.split('\n').at(-1))).toEqual([
    await best('budgetMin=2500&budgetMax=3200&persona=working_mom'),
    await best('budgetMin=2500&budgetMax=3200&persona=ceo_executive'),
    await best('budgetMin=2500&budgetMax=4000&persona=camping_lover'),
  ]);
  expect(asked[1]).toContain('“아, 골프도 치는데...”');
  await page.close();
});

test('each graph has values, or says why it has none', async () => {
  const page = await open();
  await tryAll(page);
  const silences: Record<string, string> = {
    'Commands that failed, damaged values, requests under an open breaker': 'None in this time.',
    'Sessions and chats': 'None in this time.',
    'RDS: CPU in %, connections': 'Only RDS measures this, and it told nothing.',
    'Searches whose catalogue is old or not there': 'None in this time.',
  };
  const titles = await page.locator('.graph figcaption').allInnerTexts();
  expect(titles).toEqual(expect.arrayContaining(['Invocations', 'Photos by where they came from']));
  for (const title of titles) {
    const has = page.getByText(title, { exact: true });
    const silence = silences[title];
    // What a node does needs two looks, a minute apart.
    if (silence === undefined) await page.locator('.graph:not(.empty)', { has }).waitFor({ timeout: 100_000 });
    else await page.locator('.graph', { has }).getByText(silence).waitFor();
  }
  const invocations = page.locator('.graph', { has: page.getByText('Invocations', { exact: true }) });
  // Of the newest minute: what goes on without anybody.
  for (const name of ['search', 'warm-up'])
    await invocations.getByText(new RegExp(`^${name} [1-9]`)).waitFor({ timeout: 100_000 });
  // As CloudWatch draws it, with the promises as numbers and as what was kept.
  await page.goto(`${stage.url}/?view=dashboard`);
  await page.locator('.number p', { hasText: /100\s*searches answered without the database/ }).waitFor();
  await page.locator('.kept-table tr', { hasText: /searches answered without the database\s*✓ kept/ }).waitFor();
  await page.close();
});

test.each([
  ['light, wide', { width: 1_440 }],
  ['dark, wide', { width: 1_440, dark: true }],
  ['light, a phone', { width: 360, height: 740 }],
  ['dark, a phone', { width: 360, height: 740, dark: true }],
])('%s: nothing hinders anybody, and nothing is wider than the screen', async (_, options) => {
  const page = await open('', options);
  await page.locator('.graph').first().waitFor();
  await page.locator('.bars').first().waitFor();
  expect(await hindrances(page)).toStrictEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await page.close();
});

test('a drill turns a promise red and back; the alarm says who feels it and what to type', async () => {
  const page = await open();
  await page.getByLabel('Play a drill').selectOption('lose-valkey');
  await page.getByRole('button', { name: 'Break it' }).click();
  const promise = page.locator('[data-promise=valkeyAvailable]');
  expect(await drillPhase(page, 'broken')).toMatch(/^Drill: lose-valkey/);
  await page.locator('[data-promise=valkeyAvailable][data-kept=false]').waitFor({ timeout: 100_000 });
  const headline = page.locator('#headline[data-level=page]');
  await headline.waitFor({ timeout: 100_000 });
  expect(await headline.innerText()).toMatch(/PeopleFeelIt[^]*npm run ops -- diagnose PeopleFeelIt --stage prod/);
  await headline.getByText('Likely cause: a node of Valkey is not available.').waitFor();
  expect(await headline.innerText()).toContain('local-0001-001 is not answering');
  await page.locator('#alarm-ValkeyAvailability').waitFor({ timeout: 100_000 });
  await keepPicture(page, 'board-drill.png');

  await page.getByRole('button', { name: 'Show the evidence' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('.cause').first().waitFor({ timeout: 60_000 });
  expect(await dialog.innerText()).toMatch(
    /Likely cause[^]*Valkey[^]*npm run ops -- \S+ --stage prod[^]*Risk:[^]*Runbook/,
  );
  expect(await hindrances(page)).toStrictEqual([]);
  await page.keyboard.press('Escape');
  expect(await dialog.count()).toBe(0);

  await page.getByRole('button', { name: 'Heal' }).click();
  expect(await drillPhase(page, 'healed')).toMatch(/^Drill: lose-valkey/);
  await page.locator('[data-promise=valkeyAvailable][data-kept=true]').waitFor({ timeout: 200_000 });
  expect(await promise.innerText()).toContain('kept');
  await page.locator('#headline[data-level=well], #headline[data-level=notify]').waitFor({ timeout: 200_000 });
  await keepDashboard();
  await page.getByRole('button', { name: 'End' }).click();
  await page.getByRole('button', { name: 'Break it' }).waitFor();
  await page.close();
});

/** Waits for a drill. @returns what the page says of it; why, if it failed */
async function drillPhase(page: Page, phase: string): Promise<string> {
  const found = page.locator(`#drill[data-phase=${phase}], #drill[data-phase=failed]`);
  await found.waitFor({ timeout: 200_000 });
  const text = await found.innerText();
  return text.includes('failed') ? `failed: ${text}` : text;
}

/** The dashboard of CloudWatch, drawn with the figures of the drill that has just been played. */
async function keepDashboard(): Promise<void> {
  const page = await open('/?view=dashboard', { width: 1_200 });
  await page.locator('.drilling .graph canvas').first().waitFor({ timeout: 60_000 });
  expect(await page.locator('.graph').count()).toBeGreaterThan(20);
  await page.waitForTimeout(2_000);
  await keepPicture(page, 'dashboard.png', true);
  await page.close();
}

test('the page of a system that has just run is kept', async () => {
  const page = await open('', { height: 1_180 });
  await tryAll(page);
  await page.waitForFunction('[...document.querySelectorAll(".cars img")].every((photo) => photo.naturalWidth > 0)');
  expect(await page.locator('.cars li').count()).toBe(6);
  await page.evaluate('scrollTo({ top: 0, behavior: "instant" })');
  await keepPicture(page, 'board.png');
  await page.close();
});

test.each(['board.png', 'board-drill.png', 'dashboard.png'])('docs/%s is there and loads quickly', (name) => {
  expect(statSync(path.join(PROJECT_ROOT, 'docs', name)).size).toBeLessThan(200_000);
});
