import * as z from 'zod/mini';
import { listed, mapping, pattern, said, text, yesOrNo } from './words.ts';

/** Who may ask, and what they may claim. */

export const SourceInFile = mapping({
  may_name: said(
    'Whom the source may name as requester or author: addresses or patterns such as `*@example.com`. A verified person may always name themselves.',
    listed(
      pattern().check(
        z.refine(
          (value) => value === '*' || value.includes('@'),
          "must be a mail address or a pattern of one, such as '*@example.com' or '*'",
        ),
      ),
      "addresses or patterns, such as '*@example.com'",
    ),
  ),
  environments: said('Environments, or patterns.', listed(pattern(), "environments or patterns, such as '*'")),
  facts: z._default(
    said('Names of facts it may state, or patterns.', listed(pattern(), "facts' names or patterns, such as '*'")),
    [],
  ),
  enforced: z.optional(
    said('`true`: publishing is refused unless the stack keeps this source to its own roles.', yesOrNo()),
  ),
  may_cancel: z.optional(
    said(
      'People and groups who may take its requests back, besides the requester and the source itself.',
      listed(text(), 'people and groups'),
    ),
  ),
});

/** What names a source. */
export const sourcePattern = /^(?:events:[^\s@]+@(?:\d{12}|\*)|states:[^\s:]+|iam:[^\s:]+)$/;
export const SourcesInFile = z.record(z.string().check(z.regex(sourcePattern)), SourceInFile);
