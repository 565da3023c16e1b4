/** Runs work whose output is not for the reader, and says how many bytes it was. What fails is told with what was written. */
export async function quietly<T extends object>(work: () => Promise<T>): Promise<T & { bytes: number }> {
  const { stdout, stderr } = process;
  const [out, err] = [stdout.write.bind(stdout), stderr.write.bind(stderr)];
  let written = '';
  const take = (chunk: string | Uint8Array) => {
    written += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  stdout.write = take;
  stderr.write = take;
  try {
    const result = await work();
    if (written.includes('"message":') || written.includes('message: ')) throw new Error(`It complained: ${written}`);
    return { ...result, bytes: Buffer.byteLength(written) };
  } finally {
    stdout.write = out;
    stderr.write = err;
  }
}
