import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';

/** The identity mail is sent from. SES sends nothing until its owner has proved it is theirs: by a mail, or by DNS records. */
export class Sender extends Construct {
  constructor(scope: Construct, id: string, { sender, senderIdentity }: Configuration) {
    super(scope, id);
    const domain = sender.slice(sender.lastIndexOf('@') + 1);
    if (senderIdentity === 'address') new EmailIdentity(this, 'Identity', { identity: Identity.email(sender) });
    if (senderIdentity === 'domain') new EmailIdentity(this, 'Identity', { identity: Identity.domain(domain) });
  }
}
