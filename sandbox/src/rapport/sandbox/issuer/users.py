"""Who can log in to the demo."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoUser:
    """Someone one can be: known by their e-mail address to the ATS, and from there to Rapport's directory."""

    email: str
    name: str
    role: str
    about: str = ""
