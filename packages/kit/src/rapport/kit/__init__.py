"""The technique every service shares, without a word of the domain."""
