import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// In our own folder: in the machine's temporary one, somebody else could have put it there.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/countersign', import.meta.url)));
await import('./program.ts');
