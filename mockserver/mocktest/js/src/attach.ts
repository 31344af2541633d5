import { writeFile } from 'node:fs/promises';
import type { TestInfo } from '@playwright/test';
import type { Mock } from './mock';
import { callsText } from './report';
import type { World } from './world';

/**
 * attachWorld leaves a failed test's world, its bug report and its calls in the test's folder,
 * attaches them to its report, and prints where the world can be seen.
 */
export async function attachWorld(world: World, mock: Mock, testInfo: TestInfo): Promise<void> {
  const files: [name: string, contentType: string, content: () => Promise<Content>][] = [
    ['cariqa-world.yaml', 'application/yaml', async () => scenarioFile(await world.export())],
    ['cariqa-report.yaml', 'application/yaml', async () => scenarioFile(await world.report())],
    ['cariqa-calls.txt', 'text/plain', async () => ({ text: await callsText(world, await world.requests()) })],
    ['cariqa-calls.json', 'application/json', async () => ({ text: JSON.stringify(await world.requests(), null, 2) })],
  ];
  let scenario = '<name in the file>';
  for (const [name, contentType, content] of files) {
    try {
      const { text, file = name } = await content();
      const path = testInfo.outputPath(file);
      await writeFile(path, text);
      await testInfo.attach(name, { path, contentType });
      if (name === 'cariqa-world.yaml') {
        scenario = /^(.*)\.yaml$/.exec(file)?.[1] ?? scenario;
      }
    } catch (error) {
      console.log(`cariqa-mock: ${name} could not be written: ${(error as Error).message}`);
    }
  }
  console.log(`cariqa-mock: world of the failed test: ${world.consoleUrl}\n${afterwards(mock, scenario, testInfo.outputDir)}`);
}

interface Content {
  text: string;
  /** The file's name; by default the attachment's. */
  file?: string;
}

/** scenarioFile returns a scenario as a file that --scenarios accepts: named after the scenario. */
function scenarioFile(text: string): Content {
  return { text, file: `${/^name: (\S+)$/m.exec(text)?.[1]}.yaml` };
}

function afterwards(mock: Mock, scenario: string, folder: string): string {
  const kept = `Its state is in ${scenario}.yaml and its calls are in cariqa-calls.txt, in ${folder}.`;
  if (mock.pid === undefined) {
    return kept;
  }
  return `${kept} The server ends with its worker. To open the world again: ` +
    `cariqa-mock --scenarios ${JSON.stringify(folder)}, with the token mock.${scenario}`;
}
