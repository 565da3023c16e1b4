#!/usr/bin/env node
// Starts the CLI on a Node that runs TypeScript: this one, or the project's own where this one is older.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 19)) {
  await import('./countersign.ts');
} else {
  const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (existsSync(node)) {
    const cli = fileURLToPath(new URL('countersign.ts', import.meta.url));
    const child = spawn(node, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => {
      console.error(`countersign: ${node} does not start: ${error.message}`);
      process.exitCode = 3;
    });
    child.on('exit', (code) => {
      process.exitCode = code ?? 3;
    });
  } else {
    console.error(
      `countersign needs Node 22.19 or newer, and this is ${process.versions.node}. Run \`npm ci\` in its folder: it brings one along.`,
    );
    process.exitCode = 3;
  }
}
