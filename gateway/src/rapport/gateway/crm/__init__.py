"""What is recorded here of people: projects, tags, notes, contact points, sourcing."""
