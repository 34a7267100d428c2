"""What happens in the running company: each change updates the records and tells the webhooks, in one transaction."""
