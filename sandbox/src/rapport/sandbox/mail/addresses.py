"""Which addresses can receive mail here, and what their mailboxes are called."""

# RFC 5321: 256 octets for a path, of which two are its angle brackets.
_LONGEST = 254


def mailbox_of(address: str) -> str | None:
    """Return the name of an address's mailbox, which is the address in lower case; None for what is no address.

    A name is data and never part of a file's path, so that no address, however hostile, leads elsewhere.
    """
    local, at, domain = address.strip().rpartition("@")
    if not (local and at and domain) or not address.isprintable() or len(address.encode()) > _LONGEST:
        return None
    return address.strip().lower()


def domain_of(mailbox: str) -> str:
    """Return the domain of an address."""
    return mailbox.rpartition("@")[2]
