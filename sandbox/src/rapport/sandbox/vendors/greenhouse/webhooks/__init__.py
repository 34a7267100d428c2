"""Signed webhooks: what they say, the queue that loses none, and the webhook sender that delivers and tries again."""
