/** One mail's marker: claimed before it is sent, marked after. */
export interface MailMarkers {
  /**
   * `claimed`: nobody had it, send. `again`: an earlier claim stayed unsent for longer than `staleAfterSeconds`, and this
   * is the one second try. `sent`: it went out. `held`: somebody is at it now. `lost`: the second try stayed unsent too.
   */
  claim(
    id: string,
    mail: string,
    now: string,
    staleAfterSeconds: number,
  ): Promise<'claimed' | 'again' | 'sent' | 'held' | 'lost'>;
  sent(id: string, mail: string, messageId: string, now: string): Promise<void>;
  /** Gives a claim back: SES certainly did not take the mail. */
  release(id: string, mail: string): Promise<void>;
  /** What is known of a mail, strongly consistent; undefined where nothing is. `at`: its latest claim. */
  look(id: string, mail: string): Promise<MailMarker | undefined>;
  /** The same of all mails under this `id`, by mail. */
  lookAt(id: string): Promise<ReadonlyMap<string, MailMarker>>;
  /** Notes that a mail is left to a digest, unless something is known of it already. `sent` then says that it was in one. */
  leave(id: string, mail: string, now: string): Promise<void>;
  /** How many mails are claimed or sent under this `id`, strongly consistent. */
  countIn(id: string): Promise<number>;
}

/** What is known of a mail. `at`: its latest claim. `left`: it is left to a digest, and `sent` says that it was in one. */
export interface MailMarker {
  at: string;
  sent: boolean;
  left: boolean;
}

/** A mail that asks, or one that tells what became of a request, left to the next digest of whom it is for. */
export interface LeftMail {
  kind: 'ask' | 'tell';
  /** Whom it is for: a tag of the person whom it asks, or of the address that it tells. */
  whose: string;
  /** The request, and the mail's name. */
  id: string;
  mail: string;
  /** Whose request it is. */
  source: string;
  /** When the mail was called for (ISO). */
  since: string;
}

/** What is left to digests, until it was in one. Only where to look: markers say what was sent. */
export interface Digests {
  put(left: LeftMail): Promise<void>;
  /** Everything that is left, in no order, page by page. */
  waiting(): AsyncIterable<LeftMail>;
  remove(left: LeftMail): Promise<void>;
}

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
}

export interface Mailer {
  /** `refused`: SES will not take this mail whatever we do. Throws where it may be tried again or where that is unclear (`MailUnclear`). */
  send(mail: Mail): Promise<{ messageId: string } | { refused: string } | { retry: string }>;
}
