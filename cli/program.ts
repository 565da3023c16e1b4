import { Command, CommanderError } from 'commander';
import { visibleLine } from '../core/visible.ts';
import packageJson from '../package.json' with { type: 'json' };
import { addAudit } from './commands/audit.ts';
import { addCancel } from './commands/cancel.ts';
import { addDoctor } from './commands/doctor.ts';
import { addLinks } from './commands/links.ts';
import { addPerson } from './commands/person.ts';
import { addPolicy } from './commands/policy.ts';
import { addRequest } from './commands/request.ts';
import { addShow } from './commands/show.ts';
import { addWindow } from './commands/window.ts';
import { exitCodes } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { endOnSignals } from './interrupt.ts';
import { goOnUnread, note } from './output.ts';

endOnSignals();
goOnUnread();

const program = new Command('countersign')
  .description('Human approval for AWS automation: ask, wait, look, prove.')
  .version(packageJson.version)
  .showHelpAfterError('(--help shows how it is used)')
  .exitOverride();
for (const add of [addRequest, addShow, addCancel, addAudit, addPolicy, addWindow, addPerson, addLinks, addDoctor])
  add(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = told(error);
}

function told(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof Failure) {
    note(`countersign: ${error.message}`);
    for (const line of error.details) note(`  ${line}`);
    return error.exitCode;
  }
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  note(`countersign: something unforeseen went wrong: ${visibleLine(`${name}: ${message}`)}`);
  if (process.env.COUNTERSIGN_DEBUG && error instanceof Error) note(error.stack ?? '');
  return exitCodes.fault;
}
