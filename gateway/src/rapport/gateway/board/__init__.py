"""The board: a job's stages as columns, its active applications as cards."""
