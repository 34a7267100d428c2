"""`make up`: brings the whole of Rapport up on one machine, and keeps it up."""
