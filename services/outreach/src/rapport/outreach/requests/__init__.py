"""What outreach answers: each handler authorises, decides or reads, and answers a reply or a refusal."""
