"""The files of candidates: small PDFs, written when they are fetched, so that a million people take no space."""

from collections.abc import Iterable, Sequence

_PAGE_LINES = 48
_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>"
)
_SIZE, _LEADING = 11, 15


def pdf(lines: Iterable[str]) -> bytes:
    """Return a PDF of one page with these lines; letters that its font lacks are question marks."""
    shown = list(lines)[:_PAGE_LINES]
    text = b" ".join(b"(%b) '" % _escaped(line) for line in shown)
    content = b"BT /F1 %d Tf %d TL 56 790 Td %b ET" % (_SIZE, _LEADING, text)
    return _file(
        (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            _PAGE,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        )
    )


def _escaped(line: str) -> bytes:
    for letter in ("\\", "(", ")"):
        line = line.replace(letter, f"\\{letter}")
    return line.encode("cp1252", "replace")


def _file(objects: Sequence[bytes]) -> bytes:
    """Number the objects and say where each begins."""
    written = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, each in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table)
    written += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(written)
