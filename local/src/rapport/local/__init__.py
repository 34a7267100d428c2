"""The embedded stack: servers, sandbox and demo organisation on one machine."""
