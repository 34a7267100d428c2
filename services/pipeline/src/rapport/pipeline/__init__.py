"""People, jobs, the board and two-way ATS sync."""
