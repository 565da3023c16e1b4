import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { get } from 'node:https';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Certificate, writeCertificate } from './certificate.ts';
import { containerArguments, fetchImage, findEngine, removeContainer } from './container.ts';
import type { Instance } from './instance.ts';
import { startGroup, stopGroup } from './processes.ts';
import type { Report } from './progress.ts';
import { findPython, preparePython } from './python.ts';
import { Trouble } from './trouble.ts';

const READY_WITHIN_MS = 90_000;
const ACCOUNT = '000000000000';
const REGION = 'us-east-1';

/** A running local cloud. */
export interface MiniStack {
  endpoint: string;
  account: string;
  region: string;
  certificate: Certificate;
  /** Ends it with every process it started. */
  stop(): Promise<void>;
}

export interface MiniStackOptions {
  root: string;
  instance: Instance;
  port: number;
  /** Where it relays mail to, as host:port, so that what was sent can be shown as it was sent. */
  smtpHost: string;
  report: Report;
}

/** Finds what can run the local cloud here: a Python, prepared on first use, or else a container engine. */
export async function prepareRuntime(root: string, report: Report): Promise<{ python: string } | { engine: string }> {
  const found = await findPython();
  if ('command' in found) {
    return { python: await preparePython(found.command, root, inherited(process.env), report) };
  }
  const engine = await findEngine();
  if (engine !== undefined) {
    const logFile = join(root, '.local', 'image.log');
    await fetchImage(engine, { env: inherited(process.env), timeoutMs: 600_000, logFile, report });
    return { engine };
  }
  throw new Trouble(`${found.problem} A running docker or podman would do as well.`);
}

/** Starts the local cloud, with IAM enforced, over TLS and on loopback only, and waits until it answers. */
export async function startMiniStack(
  runtime: { python: string } | { engine: string },
  { root, instance, port, smtpHost, report }: MiniStackOptions,
): Promise<MiniStack> {
  const certificate = await writeCertificate(instance.folder);
  const env = environment(instance, port, certificate, smtpHost);
  const container = `countersign-${instance.name}-${port}`;
  if ('engine' in runtime) await removeContainer(runtime.engine, container);
  const child =
    'python' in runtime
      ? startGroup(runtime.python, ['-X', instance.mark, '-m', 'ministack'], env, root)
      : startGroup(
          runtime.engine,
          containerArguments({ name: container, port, folder: instance.folder, env }),
          inherited(process.env),
        );
  const logFile = join(instance.folder, 'cloud.log');
  const log = createWriteStream(logFile);
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const stop = async () => {
    if ('engine' in runtime) await removeContainer(runtime.engine, container);
    if (child.pid !== undefined) await stopGroup(child.pid);
    log.end();
  };
  if (child.pid !== undefined) await instance.record(child.pid);
  const endpoint = `https://127.0.0.1:${port}`;
  try {
    await healthy(child, endpoint, certificate.pem, logFile, report);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, account: ACCOUNT, region: REGION, certificate, stop };
}

/** Only what it needs: nothing of the caller's own AWS configuration reaches it or the functions it runs. */
function environment(instance: Instance, port: number, { certFile, keyFile }: Certificate, smtpHost: string) {
  return {
    PATH: [dirname(process.execPath), process.env.PATH].join(':'),
    HOME: instance.folder,
    TMPDIR: instance.scratch,
    LANG: 'C.UTF-8',
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    AUTH: 'true',
    USE_SSL: '1',
    MINISTACK_SSL_CERT: certFile,
    MINISTACK_SSL_KEY: keyFile,
    NODE_EXTRA_CA_CERTS: certFile,
    SSL_CERT_FILE: certFile,
    AWS_CA_BUNDLE: certFile,
    REQUESTS_CA_BUNDLE: certFile,
    MINISTACK_REGION: REGION,
    MINISTACK_ACCOUNT_ID: ACCOUNT,
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    SMTP_HOST: smtpHost,
    CLOUDTRAIL_RECORDING: '1',
    PYTHONUNBUFFERED: '1',
    // Its wrapper around our functions uses url.parse, which Node would say in every function's log.
    NODE_OPTIONS: '--disable-warning=DEP0169',
  };
}

function inherited(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

async function healthy(child: ChildProcess, endpoint: string, ca: string, logFile: string, report: Report) {
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  child.once('exit', (code) => {
    failure = `it ended with exit code ${code}`;
  });
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answers(`${endpoint}/_ministack/health`, ca))) {
    if (failure === undefined && Date.now() > deadline)
      failure = `it did not answer within ${READY_WITHIN_MS / 1000} s`;
    if (failure !== undefined) {
      const tail = (await readFile(logFile, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-15).join('\n');
      throw new Trouble(`The local cloud did not start: ${failure}. Its last lines (${logFile}):\n\n${tail}`);
    }
    report('waiting for it to answer');
    await sleep(100);
  }
}

function answers(url: string, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { ca, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}
