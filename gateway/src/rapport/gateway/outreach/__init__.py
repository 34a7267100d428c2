"""Messages to people, their replies, who may send for whom, and who must not be written to."""
