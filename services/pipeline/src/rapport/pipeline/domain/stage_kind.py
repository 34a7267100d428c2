"""A stage's kind, derived from its name: real accounts have dozens of names and no kinds."""

import re
import unicodedata

from rapport.contracts.vocabulary import StageKind

_WORDS = r"""
applied:   cv\b, resume, lebenslauf, initial review, application review, new applic, candidatur, knock.?out, sichtung
applied:   bewerbung(?!sgesprach), beworben, solicitud, postula
interview: techni, tecnic, tech screen, tech phone, mock, fach
offer:     promesse
hired:     hired\b, onboard, pre-?board, started\b, eingestellt, embauche, contratad
offer:     offer, offre, oferta, angebot, vertrag, contract, contrato?\b, verbal\b, negotiat, negocia, verhandl
offer:     compensation\b, proposition, propuesta
onsite:    on-?\s?site, face.to.face, in.person, super\s?day, finale?\b, panel\b, loop\b, team day, trial day, meet the
onsite:    founder, c[efot]o\b, vp\b, executive, referen[cz], background, debrief, committee, bar raiser
onsite:    probetag, probearbeit, schnupper
screen:    recruiter, talent (?:partner|acquisition|team), phone, telephon, telefon, pre-?screen, pre-?qualif, intro
screen:    hr\b, rh\b, rrhh\b, first call, initial, qualification, kennenlern, erstgesprach, llamada, appel\b
screen:    people (?:team )?(?:call|chat|screen), discovery call, one.?way, hirevue
interview: interview, tech, manager, hm\b, take.?home, assessment, assignment, case\b, coding, coderpad, hacker
interview: challenge, exercise, portfolio, presentation, work sample, test\b, demo\b, plan\b, role.?play, pairing
interview: system design, peer, deep.?dive, entretien, entrevista, prueba, etude de cas, probeaufgabe, \w*gesprach
screen:    screen, call\b, chat\b
replied:   replied, responded, interested, in conversation, antwort
contacted: contact, kontakt, angesprochen, inmail, reached? out, outreach, sourc, prospect, lead\b
applied:   appli, review, new\b, inbox, inbound, submitted, received, incoming, backlog, hold\b
"""
"""Beginnings of words without accents, as regular expressions: English, and what German, French and Spanish accounts
use. The first line with one in the name decides, so that the particular comes before the general."""

_RULES = tuple(
    (StageKind(kind), re.compile(rf"\b(?:{'|'.join(words.strip().split(', '))})", re.IGNORECASE))
    for kind, words in (line.split(":", 1) for line in _WORDS.strip().splitlines())
)


def stage_kind(name: str, *, position: int, last_position: int) -> StageKind:
    """The kind that a stage's name suggests; if it suggests none, the kind at its position in the process.

    Args:
        name: as the account wrote it.
        position: of the stage in its job, from 0.
        last_position: of the job's last stage.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    for kind, words in _RULES:
        if words.search(plain):
            return kind
    if position == 0:
        return StageKind.APPLIED
    return StageKind.OFFER if position == last_position else StageKind.INTERVIEW
