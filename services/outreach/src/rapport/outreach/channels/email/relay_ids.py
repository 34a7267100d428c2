"""The names that mail servers give to mails they take: Amazon's and some others put them where our Message-ID was."""

import re
from collections.abc import Iterable

_LONGEST = 250
_SHORTEST = 5
_UNMISTAKABLE = 20
"""Characters from which a name is one mail's in the whole world; shorter ones are a server's own, and used again."""
_TAKEN = (
    # "queued as 4F2A1B": Postfix and many others; "queued as <id@host>"
    re.compile(r"queued (?:mail )?as:? ?<?([^\s<>;,()]{5,250})", re.IGNORECASE),
    # "<id@host> [InternalId=..., Hostname=...] Queued mail for delivery": Exchange
    re.compile(r"<([^\s<>@]{1,120}@[^\s<>@]{1,120})>"),
    # "OK id=1abcDE-000123-Ab": Exim
    re.compile(r"\b(?:id|messageid|message-id)\s?[=:]\s?<?([^\s<>;,()]{5,250})", re.IGNORECASE),
    # "221Axxxx Message accepted for delivery": Sendmail, OpenSMTPD
    re.compile(r"(?<![\d.])2\.\d\.\d (?:ok:? )?([\w.-]{5,250}) message accepted", re.IGNORECASE),
    # "Ok 0100018f...-000000": Amazon
    re.compile(r"^2\d\d (?:2\.\d\.\d )?ok:? ([\w-]{20,250})\s*$", re.IGNORECASE),
)


def relay_id_in(answer: str) -> str | None:
    """The name that a server gives a mail in its answer to the text, if it gives one."""
    found = next((match for kind in _TAKEN if (match := kind.search(answer))), None)
    return found[1].rstrip(".")[:_LONGEST] if found else None


def relay_ids_of(mail_ids: Iterable[str]) -> list[str]:
    """The names that Message-IDs may stand for: themselves, and what is before the at sign if it is unmistakable."""
    found = dict[str, None]()
    for mail_id in mail_ids:
        whole = mail_id.strip("<>")
        left = whole.partition("@")[0]
        found[whole[:_LONGEST]] = None
        if len(left) >= _UNMISTAKABLE:
            found[left[:_LONGEST]] = None
    return list(found)


def relay_id_of_field(value: str) -> str | None:
    """The name that a report gives in a field of its own."""
    bare = value.rpartition(";")[2].strip().strip("<>").strip()
    return bare[:_LONGEST] if len(bare) >= _SHORTEST else None
