"""What goes out: messages to people, at most once, and notices to users, at least once."""
