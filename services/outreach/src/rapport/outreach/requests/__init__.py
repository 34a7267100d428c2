"""The requests of outreach: each handler authorises, decides or reads, and returns a result or a refusal."""
