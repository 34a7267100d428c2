"""Signed webhooks: what they say, the queue that loses none, and the courier that delivers and tries again."""
