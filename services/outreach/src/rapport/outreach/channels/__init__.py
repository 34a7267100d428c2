"""How messages leave and replies arrive: one folder per channel, behind the protocols of :mod:`transport`."""
