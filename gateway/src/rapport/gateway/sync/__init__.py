"""How the ATS connections are doing."""
