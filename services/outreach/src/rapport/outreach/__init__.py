"""Messages to people by mail, their replies, who must not be written to, and notifications to users."""
