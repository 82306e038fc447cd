/** A mail of plain text. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** Hands mail to a server. The library is loaded with the first one: most installations send none. */
export function createMailer({ url, from }: { url: string; from: string }): (mail: Mail) => Promise<void> {
  let transport: Promise<{ sendMail(mail: Mail & { from: string }): Promise<unknown> }> | undefined;
  return async (mail) => {
    transport ??= import('nodemailer').then(({ createTransport }) =>
      createTransport({ url, connectionTimeout: 10_000, socketTimeout: 30_000, disableFileAccess: true, disableUrlAccess: true }),
    );
    await (await transport).sendMail({ ...mail, from });
  };
}
