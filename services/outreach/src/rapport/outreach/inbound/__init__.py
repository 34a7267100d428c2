"""What comes in: mailboxes read over IMAP, and what the mails in them change."""
