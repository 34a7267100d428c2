"""What a job's team looks at together, and what they agree to do."""
