"""The world's mail: everybody on earth has a mailbox here, reached by SMTP, by IMAP and by a page."""
