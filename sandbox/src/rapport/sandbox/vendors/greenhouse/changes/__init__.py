"""What happens in the running company: each change updates the records and queues its webhooks, in one transaction."""
