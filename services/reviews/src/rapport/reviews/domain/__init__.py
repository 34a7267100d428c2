"""What a review is and what may be done with it: decisions, without I/O, clock or framework."""
