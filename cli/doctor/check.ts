/** One line of `doctor`: what was looked at, what was found, and what to do about it. */
export interface Check {
  level: 'ok' | 'warn' | 'fail';
  about: string;
  found: string;
  todo?: string;
}

/** Checks, or one failed check where looking failed. */
export async function looked(about: string, look: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await look();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    const denied = /Denied|Unauthorized|NotAuthorized/.test(name);
    return [
      {
        level: denied ? 'warn' : 'fail',
        about,
        found: `could not be looked at: ${message}`,
        ...(denied && { todo: 'Run doctor with a role that may look at it.' }),
      },
    ];
  }
}
