import * as z from 'zod/mini';

/** A variable that must say something. */
export const text = z.string().check(z.minLength(1));

/** A function's own environment, by its schema's shape. Throws, naming every variable that is missing or wrong. */
export function readEnvironment<T extends z.core.$ZodLooseShape>(
  name: string,
  shape: T,
  from: Record<string, string | undefined>,
): z.infer<z.ZodMiniObject<T>> {
  const read = z.object(shape).safeParse(from);
  if (read.success) return read.data;
  const wrong = read.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new Error(`The function '${name}' lacks environment variables or has wrong ones: ${wrong}`);
}
