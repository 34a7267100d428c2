"""What Rapport itself knows of people: requests about it, and what they record."""
