"""Pure decisions: state and request in, what follows or a refusal out; no I/O, no clock."""
