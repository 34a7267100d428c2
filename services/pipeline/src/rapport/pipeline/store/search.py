"""How a text is searched for."""


def patterns(text: str | None) -> list[str]:
    """For each word of a search, the LIKE pattern of texts that contain it; none for an empty search."""
    words = (text or "").replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_").split()
    return [f"%{word}%" for word in words]
