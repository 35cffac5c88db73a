/** Sends email of the hub itself, such as alerts. */
export interface MailerPort {
  /**
   * Hands a mail to the server that carries it on. The same `key` in two calls is one mail to whoever tells repetitions by `Message-ID`.
   * @throws VendorError: retryable when the server may take it later; not when it refused for good
   */
  send(mail: Mail, key: string): Promise<void>
}

/** An email in plain text. */
export interface Mail {
  to: readonly string[]
  subject: string
  text: string
}
