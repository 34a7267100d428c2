"""The world outside Rapport, on this machine: the ATS, who may log in, and a place to look at traces."""
