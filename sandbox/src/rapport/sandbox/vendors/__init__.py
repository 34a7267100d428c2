"""The applicant tracking systems that the sandbox plays, each over its vendor's own protocol."""
