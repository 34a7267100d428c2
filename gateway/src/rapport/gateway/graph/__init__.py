"""What all types of the schema are built with."""
