"""The funnel of a job: how many applications reached each kind of stage, and what became of them."""
