"""What the pipeline decides: pure functions of a state and a request, without I/O, clock or framework."""
