import { connect } from 'node:net';
import { openPostbox } from '../../../local/postbox.ts';

async function deliver(address: string, lines: string[]): Promise<void> {
  const [host, port] = address.split(':');
  const socket = connect(Number(port), host);
  socket.resume();
  socket.write(
    `EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n${lines.join('\r\n')}\r\n.\r\nQUIT\r\n`,
  );
  await new Promise((resolve) => socket.once('close', resolve));
}

test('a mail is kept byte for byte under its message id, with whom it was handed over for', async () => {
  const postbox = await openPostbox();
  try {
    await deliver(postbox.address, [
      'Message-ID: <m1@example.com>',
      'Subject: Hi',
      '',
      '..a line that began with a dot',
      'Grüße',
    ]);
    expect(postbox.letter('m1@example.com')).toEqual({
      recipients: ['bob@example.com'],
      raw: 'Message-ID: <m1@example.com>\r\nSubject: Hi\r\n\r\n.a line that began with a dot\r\nGrüße\r\n',
    });
  } finally {
    await postbox.stop();
  }
});

test('a message id in the text of a mail is not taken for its own', async () => {
  const postbox = await openPostbox();
  try {
    await deliver(postbox.address, ['Subject: Hi', '', 'Message-ID: <forged@example.com>']);
    expect(postbox.letter('forged@example.com')).toBeUndefined();
  } finally {
    await postbox.stop();
  }
});
