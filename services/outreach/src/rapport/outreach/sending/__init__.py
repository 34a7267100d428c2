"""What goes out: messages to people, at most once, and notifications to users, at least once."""
