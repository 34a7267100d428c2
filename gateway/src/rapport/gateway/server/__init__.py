"""What clients connect to: HTTP, websockets, server-sent events, and who they are."""
