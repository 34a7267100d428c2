"""What the numbers mean: pure functions from counts to answers."""
