"""How a process lives: start, work, leadership, health, shutdown."""
