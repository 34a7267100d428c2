"""What metrics share: pure functions from counts to answers."""
