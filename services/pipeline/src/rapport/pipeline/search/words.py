"""The words of texts, as they are indexed and as they are searched for.

Words are compared without case and accents, in any script. Signs that are part of a name stay (C++, C#, .NET, Node.js,
R&D). Scripts that write no spaces are indexed by single characters and pairs of them.
"""

import re
import unicodedata
from collections.abc import Iterator

_WORD = re.compile(r"\.?[^\W_]+(?:[.&'’][^\W_]+)*[+#]*")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)
"""Han, Kana, Hangul, Thai, Lao, Khmer and Myanmar."""
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"})
"""Letters with a stroke and the like, which Unicode does not decompose."""
SHORTEST_PREFIX = 3
"""Letters from which on a word is also found by its beginning: AI is not Aikido, Go is not Google."""
_MAX_WORD = 64


def folded(text: str) -> str:
    """A text as it is compared: without case, accents and compatibility forms."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    without = "".join(letter for letter in decomposed if unicodedata.category(letter)[0] != "M")
    return unicodedata.normalize("NFC", without.casefold()).translate(_LETTERS)


def index_words(text: str) -> Iterator[str]:
    """Every word by which a text is found; some of them more than once."""
    for word in _split(text):
        yield word
        if "." in word[1:] or "&" in word or "'" in word:
            # Each longer part of Node.js or O'Brien is a word of its own; a single letter is not one.
            yield word.replace("'", "")
            yield from (part for part in re.split(r"[.&']", word) if len(part) >= SHORTEST_PREFIX)


def search_words(text: str) -> tuple[str, ...]:
    """The different words of a search text, in order."""
    return tuple(dict.fromkeys(word.replace("'", "") for word in _split(text)))


def _split(text: str) -> Iterator[str]:
    # A hyphen joins a single letter to its word (C-level is no C), and separates longer ones (Smith-Jones).
    for match in _WORD.finditer(_joined(folded(text))):
        word = match[0][:_MAX_WORD].replace("’", "'")
        if _UNSPACED.search(word):
            yield from _characters(word)
        else:
            yield word


def _joined(text: str) -> str:
    return re.sub(r"(?<![^\W_])([^\W\d_])-(?=[^\W_])", r"\1'", text) if "-" in text else text


def _characters(word: str) -> Iterator[str]:
    at = 0
    for run in _UNSPACED.finditer(word):
        if run.start() > at:
            yield word[at : run.start()]
        yield from run[0]
        yield from (run[0][n : n + 2] for n in range(len(run[0]) - 1))
        at = run.end()
    if at < len(word):
        yield word[at:]
