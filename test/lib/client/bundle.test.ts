import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { bundleClient, CLIENT_FILES } from '../../../lib/client/bundle';
import { PROJECT_ROOT } from '../../../lib/constructs/functions/bundle';

/** An application that has copied the two files, and nothing else of this project. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'carfin-application-'));
  bundleClient(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @returns what the compiler says of each source, in one run. */
function complaints(...sources: string[]): string[][] {
  const files = sources.map((source, i) => {
    const file = path.join(folder, `application${i}.mts`);
    writeFileSync(file, source);
    return file;
  });
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    // The declarations of Node.js, as an application has them; their own inside is not of interest, the client's is.
    types: ['node'],
    typeRoots: [path.join(PROJECT_ROOT, 'node_modules/@types')],
    lib: ['lib.es2023.d.ts'],
  });
  const told = (file: string) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  return [path.join(folder, CLIENT_FILES.types), ...files].map(told);
}

const IMPORT = `import { CarFinClient, CarFinProblem, OriginalFunctions, type Session } from './carfin-client.cjs';
const client = new CarFinClient({ url: 'http://127.0.0.1:1/', credentials: null });
const redis = new OriginalFunctions(client);
`;

test('the copied types are whole, and tell right from wrong', () => {
  const right = `${IMPORT}
    const cars = await redis.searchVehicles({ min: 1, max: 2 }, '캠핑', 'large', { id: 'working_mom' });
    export const dear: boolean = (cars[0]?.price ?? 0) > 5_000;
    const session: Session = await client.getSession('s');
    const asked = await client.askQuestion(session.sessionId, { question: '?', needs: { persona: null } });
    export const mileage: number | null | undefined = asked.vehicles[0]?.distance;
    export const told = (error: unknown) => error instanceof CarFinProblem && error.problem.errors?.[0]?.rule;`;
  const ownInterfaces = `${IMPORT.replace('Session }', 'AgentState }')}
    interface State { status: string; found?: number }
    interface Message { content: string; agent: string; timestamp: Date; mood?: string }
    interface Car { manufacturer: string; price: number }
    const state: State = { status: 'thinking' };
    const message: Message = { content: '?', agent: 'concierge', timestamp: new Date() };
    const vehicle: Car = { manufacturer: '기아', price: 2500 };
    const states: Record<string, AgentState> = { concierge: state };
    await redis.setA2ASession('s', { userId: 'kim', question: '?', context: state, agentStates: states });
    await redis.updateAgentState('s', 'concierge', state);
    await redis.saveConversation('kim', [message, { content: '!', tone: 'warm' }]);
    await client.createSession({ userId: 'kim', question: '?', context: state });
    await client.updateAgent('s', 'concierge', state);
    await client.addNeeds('s', { needs: [state] });
    await client.appendMessages('kim', [{ ...message, id: 'm', role: 'assistant', timestamp: 1 }]);
    await client.addSignals('kim', [{ id: 's', type: 'liked', vehicle }]);`;
  const withoutBudget = `${IMPORT} await client.searchVehicles({ budgetMin: 1 });`;
  const unknownAgent = `${IMPORT} await client.updateAgent('s', 'nobody', {});`;
  expect(complaints(right, ownInterfaces, withoutBudget, unknownAgent)).toEqual([
    [],
    [],
    [],
    [expect.stringContaining("Property 'budgetMax' is missing")],
    [expect.stringContaining('"nobody"')],
  ]);
});

test('Node.js imports the copied code by name', () => {
  writeFileSync(
    path.join(folder, 'run.mjs'),
    `${IMPORT.replace(', type Session', '')}
    const told = (error) => [error.name, error instanceof CarFinProblem, typeof redis.getA2ASession];
    client.getHealth().catch((error) => console.log(...told(error)));`,
  );
  const output = execFileSync(process.execPath, [path.join(folder, 'run.mjs')], { encoding: 'utf8' });
  expect(output).toBe('CarFinNoAnswer false function\n');
});
