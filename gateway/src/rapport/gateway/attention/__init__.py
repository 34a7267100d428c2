"""What needs attention, and what decides when it does."""
