"""Review requests, verdicts, and watching them come in."""
