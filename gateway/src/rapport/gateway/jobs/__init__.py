"""Jobs and their stages and teams."""
