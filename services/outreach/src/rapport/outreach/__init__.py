"""Messages to people by mail, their answers, who must not be written to, and notifications to users."""
