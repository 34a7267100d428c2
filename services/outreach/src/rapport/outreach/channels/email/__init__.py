"""Mail as the world has it: accounts, renderer, servers, and what comes back. Knows nothing of rows."""
