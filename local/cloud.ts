import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrap, deploy, synthesize } from './deploy.ts';
import { type FrontDoor, openFrontDoor } from './front-door.ts';
import { claimInstance } from './instance.ts';
import { prepareRuntime, startMiniStack } from './ministack.ts';
import { apiIdOf } from './pass-through.ts';
import { requireFreePort } from './ports.ts';
import { openPostbox } from './postbox.ts';
import { step } from './progress.ts';
import { Trouble } from './trouble.ts';

/** A local cloud with the stack deployed to it, and all that a client needs to use it. */
export interface LocalCloud {
  endpoint: string;
  account: string;
  region: string;
  caFile: string;
  /** The stack outputs by name. */
  outputs: Record<string, string>;
  mailboxUrl: string;
  /** Where a browser goes; the review pages' base URL too. */
  frontDoorUrl: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** The instance's folder. */
  folder: string;
  /** Ends everything that was started. */
  stop(): Promise<void>;
}

export interface CloudOptions {
  /** The repository. */
  root: string;
  /** Name of the instance, and of its folder under `.local/`. */
  name: string;
  /** Port of the front door on loopback. */
  frontDoorPort: number;
  /** Port of the local cloud on loopback. */
  cloudPort: number;
  /** More CDK context than a local deploy needs anyway. */
  context?: Record<string, string>;
}

/** Starts the local cloud, deploys the whole app to it with the real CDK, and opens the front door. */
export async function bringUpCloud(options: CloudOptions): Promise<LocalCloud> {
  const { root, name, frontDoorPort, cloudPort } = options;
  await mkdir(join(root, '.local'), { recursive: true });
  const instance = await claimInstance(root, name);
  const undo: (() => Promise<void>)[] = [() => instance.release()];
  const stop = async () => {
    for (const back of undo.splice(0).reverse()) await back();
  };
  try {
    await requireFreePort(frontDoorPort, 'the mailbox and the review pages');
    await requireFreePort(cloudPort, 'the local cloud');
    const runtime = await step('Preparing the local cloud', (report) => prepareRuntime(root, report));
    const postbox = await openPostbox();
    undo.push(() => postbox.stop());
    const cloud = await step('Starting the local cloud', (report) =>
      startMiniStack(runtime, { root, instance, port: cloudPort, smtpHost: postbox.address, report }),
    );
    undo.push(() => cloud.stop());
    const frontDoor = await openFrontDoor({ port: frontDoorPort, cloud, postbox });
    undo.push(() => frontDoor.stop());
    const { endpoint, account, region, certificate } = cloud;
    const target = { endpoint, account, region, caFile: certificate.certFile };
    const place = { root, folder: instance.folder, target };
    const context = { ...localContext(frontDoor), ...options.context };
    await rm(join(instance.folder, 'deploy.log'), { force: true });
    await step('Building the stack', (report) =>
      together(bootstrap({ ...place, report: () => {} }), synthesize({ ...place, context, report })),
    );
    const outputs = await step('Deploying the stack', (report) => deploy({ ...place, report }));
    frontDoor.openTo(requireApi(outputs));
    return {
      ...target,
      outputs,
      mailboxUrl: frontDoor.mailboxUrl,
      frontDoorUrl: frontDoor.url,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      folder: instance.folder,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for all of them, also when one fails: nothing is left running that the caller does not know of. */
async function together(...work: Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

function localContext(frontDoor: FrontDoor): Record<string, string> {
  return { target: 'local', reviewBaseUrl: frontDoor.url, sender: 'approvals@example.com' };
}

function requireApi({ ApiUrl }: Record<string, string>): string {
  const id = ApiUrl === undefined ? undefined : apiIdOf(ApiUrl);
  if (id === undefined)
    throw new Trouble(`The stack's output ApiUrl should name its HTTP API, and is ${ApiUrl ?? 'missing'}`);
  return id;
}
