import { writeFile } from 'node:fs/promises';
import type { TestInfo } from '@playwright/test';
import type { Mock } from './mock';
import { callsText } from './report';
import type { World } from './world';

/**
 * attachWorld leaves a failed test's world and its calls in the test's folder,
 * attaches them to its report, and prints where the world can be seen.
 */
export async function attachWorld(world: World, mock: Mock, testInfo: TestInfo): Promise<void> {
  const files: [name: string, contentType: string, text: () => Promise<string>][] = [
    ['cariqa-world.yaml', 'application/yaml', () => world.export()],
    ['cariqa-calls.txt', 'text/plain', async () => callsText(world, await world.requests())],
    ['cariqa-calls.json', 'application/json', async () => JSON.stringify(await world.requests(), null, 2)],
  ];
  for (const [name, contentType, text] of files) {
    try {
      const path = testInfo.outputPath(name);
      await writeFile(path, await text());
      await testInfo.attach(name, { path, contentType });
    } catch (error) {
      console.log(`cariqa-mock: ${name} could not be written: ${(error as Error).message}`);
    }
  }
  console.log(`cariqa-mock: world of the failed test: ${world.consoleUrl}\n${afterwards(mock, testInfo.outputDir)}`);
}

function afterwards(mock: Mock, folder: string): string {
  const kept = 'Its state is in cariqa-world.yaml, its calls are in cariqa-calls.txt';
  if (mock.pid === undefined) {
    return `${kept}, in ${folder}`;
  }
  return `${kept}, in ${folder}. The server ends with its worker; to open the world again: cariqa-mock --scenarios ${JSON.stringify(folder)}`;
}
