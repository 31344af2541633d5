import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { find, type Program } from './binary';

// Exit codes of shells for a program that cannot be executed or found. The
// programs themselves use smaller ones.
const cannotExecute = 126;
const notFound = 127;

const forwarded: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * run runs a program in place of this process: with its arguments, standard
 * input and output. Signals are passed on, and the exit code is the program's,
 * or 128 and the number of the signal that ended it.
 */
export function run(program: Program): void {
  let path: string;
  try {
    path = find(program);
  } catch (error) {
    fail(program, (error as Error).message, notFound);
    return;
  }
  const child = spawn(path, process.argv.slice(2), { stdio: 'inherit' });
  for (const signal of forwarded) {
    // On Windows the console sends Ctrl-C to the child itself, and kill would
    // end it without a chance to stop. A terminal elsewhere does the former as
    // well, and a second interrupt would end the program at once.
    process.on(signal, () => {
      if (process.platform !== 'win32' && !(signal === 'SIGINT' && process.stdin.isTTY)) {
        child.kill(signal);
      }
    });
  }
  child.on('error', (error: NodeJS.ErrnoException) => {
    fail(program, `${path} cannot be executed: ${error.message}`, error.code === 'ENOENT' ? notFound : cannotExecute);
  });
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? code ?? 1 : 128 + constants.signals[signal]);
  });
}

function fail(program: Program, message: string, code: number): void {
  process.stderr.write(`${program}: ${message}\n`);
  process.exitCode = code;
}
