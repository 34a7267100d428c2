"""Mail as the world has it: accounts, letters, servers, and what comes back. Knows nothing of rows."""
