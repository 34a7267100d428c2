"""What the columns of a file mean, guessed from their headings and from what is in them."""

import re
from collections.abc import Sequence

from rapport.contracts.vocabulary import ImportField
from rapport.pipeline.domain.contact_points import email_key, link_key
from rapport.pipeline.domain.names import words_of

_HEADINGS: dict[ImportField, str] = {
    ImportField.FIRST_NAME: "first name, firstname, given name, forename, vorname, prenom, nombre, primeiro nome, nome",
    ImportField.LAST_NAME: (
        "last name, lastname, surname, family name, nachname, familienname, nom, nom de famille, apellido, "
        "apellidos, apelido, sobrenome, cognome"
    ),
    ImportField.NAME: (
        "name, full name, fullname, candidate, candidate name, person, nom complet, nombre completo, nome completo"
    ),
    ImportField.EMAIL: (
        "email, e mail, mail, email address, e mail address, mail address, emails, e mail adresse, courriel, "
        "correo, correo electronico, email addresses, primary email, work email, personal email"
    ),
    ImportField.PHONE: (
        "phone, phone number, telephone, tel, mobile, mobile phone, cell, cell phone, telefon, telefonnummer, "
        "handy, mobil, telefono, telefone, telemovel, movil, portable, work phone, home phone"
    ),
    ImportField.LINK: (
        "linkedin, linkedin url, linkedin profile, profile, profile url, url, link, links, website, homepage, "
        "web, github, xing"
    ),
    ImportField.TITLE: (
        "title, job title, position, role, current title, headline, titel, berufsbezeichnung, poste, cargo, puesto"
    ),
    ImportField.COMPANY: (
        "company, current company, employer, organisation, organization, firma, unternehmen, arbeitgeber, "
        "entreprise, empresa"
    ),
    ImportField.LOCATION: "location, city, place, ort, stadt, wohnort, ville, lieu, ciudad, cidade, "
    "localidade, address",
    ImportField.TAGS: "tags, tag, labels, keywords, skills, schlagworte, etiquettes, etiquetas",
    ImportField.NOTE: (
        "note, notes, comment, comments, remark, remarks, notiz, notizen, bemerkung, kommentar, nota, notas, "
        "commentaire, observacoes, comentarios"
    ),
    ImportField.ADDED_ON: (
        "added, added on, added at, created, created at, created on, date added, known since, datum, "
        "hinzugefugt am, erstellt am"
    ),
}
_BY_HEADING = {words_of(heading): field for field, headings in _HEADINGS.items() for heading in headings.split(", ")}
_SEVERAL = frozenset({ImportField.EMAIL, ImportField.PHONE, ImportField.LINK, ImportField.TAGS, ImportField.NOTE})
"""What several columns of a file may hold."""
_NUMBER = re.compile(r"'?[+(]?[\d][\d\s()./-]{6,20}")


def guess_fields(names: Sequence[str], samples: Sequence[Sequence[str]]) -> list[ImportField | None]:
    """What each column means; None where neither heading nor content says it.

    Args:
        names: the headings.
        samples: of each column, what the first rows say.
    """
    guessed: list[ImportField | None] = []
    for name, values in zip(names, samples, strict=True):
        field = _BY_HEADING.get(words_of(name)) or _by_content([value for value in values if value])
        guessed.append(field if field in _SEVERAL or field not in guessed else None)
    return guessed


def are_headings(first: Sequence[str]) -> bool:
    """Whether the first row names the columns: none of its fields is an address or a number."""
    filled = [value for value in first if value.strip()]
    if any(words_of(value) in _BY_HEADING for value in filled):
        return True
    return bool(filled) and not any(email_key(value) or _NUMBER.fullmatch(value) for value in filled)


def _by_content(values: Sequence[str]) -> ImportField | None:
    if not values:
        return None
    if all(email_key(value) for value in values):
        return ImportField.EMAIL
    if all("/" in value and "." in value and link_key(value) for value in values):
        return ImportField.LINK
    return ImportField.PHONE if all(_NUMBER.fullmatch(value) for value in values) else None
