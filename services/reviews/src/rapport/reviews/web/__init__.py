"""What reviewers see without an account: the page behind a link, its forms, and the mails that bring the link."""
