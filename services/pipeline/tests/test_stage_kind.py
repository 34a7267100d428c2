"""What a stage is for, derived from the names that real accounts give to their stages."""

import pytest

from rapport.contracts.vocabulary import StageKind
from rapport.pipeline.domain.stage_kind import stage_kind

_NAMES = """
contacted: Prospect | Sourced | Reached Out | Outreach | Contacted | Lead | Sourcing | To Contact | 1st Outreach Sent
contacted: InMail Sent | Angesprochen | Kontaktiert | Contacté | Contactado
replied:   Replied | Responded | Interested | In Conversation | Antwort erhalten
applied:   Application Review | New Applicants | Résumé Review | Resume Screen | CV Screening | Inbox | Initial Review
applied:   New Application | Applied | Application Received | Backlog | On Hold | Hiring Manager Resume Review
applied:   HM Resume Screen | Manager Review (CV) | Incoming | Knockout Questions | Bewerbungseingang | Beworben
applied:   Neue Bewerbungen | Sichtung | Lebenslauf prüfen | Candidature reçue | Candidatures | Tri CV | Postulado
applied:   Nueva candidatura | Solicitud recibida | Revisión de CV
screen:    Recruiter Phone Screen | Recruiter Screen | Preliminary Phone Screen | Intro Call w/ Talent | Phone Screen #1
screen:    30 min Recruiter Chat | Talent Partner Call | HR Interview | People Team Screen | Pre-Screen | First Call
screen:    Phone Interview | Initial Call | TA Screen | Talent Acquisition Interview | Video Screen | Qualification Call
screen:    Telefoninterview | Erstgespräch | Kennenlerngespräch | Telefonat | Entretien téléphonique | Préqualification
screen:    Appel RH | Entretien RH | Entrevista telefónica | Llamada inicial | Entrevista RRHH | One-Way Video (HireVue)
interview: Hiring Manager Chat | HM Screen | Hiring Manager Interview | HM Deep Dive | Manager Conversation
interview: Tech Screen (CoderPad) | Take Home Test | Technical Phone Interview | Pairing Exercise | System Design (Zoom)
interview: Coding Challenge | Role Play | Case Presentation | Territory Plan Review | Case Study | Skills Assessment
interview: Written Exercise | Mock Discovery Call | 1st Interview | Second Round | Homework | HackerRank | Live Coding
interview: Technical Interview | Portfolio Review | Cultural Fit Interview | Peer Interview | Excel Exercise
interview: Fachinterview | Fachgespräch | Vorstellungsgespräch | Zweitgespräch | Probeaufgabe | Entretien technique
interview: Entretien manager | Test technique | Étude de cas | Entrevista técnica | Prueba técnica | Entrevista
onsite:    Onsite - Virtual | Face to Face | Onsite | Final Round | Super Day | Onsite Interviews (4x45) | Final Panel
onsite:    Executive Interview | Bar Raiser | Founder Chat | Meet the Team | Reference Check | On-site | Virtual Onsite
onsite:    Debrief | Background Check | CEO Interview | Hiring Committee | Panel Interview | Final Interview | VP Chat
onsite:    Probetag | Schnuppertag | Referenzen | Entretien final | Prise de références | Entrevista final | Referencias
offer:     Offer | Offer Stage | Verbal Offer | Offer & Negotiation | Offer Extended | Contract Sent | Pre-Offer
offer:     Offer Approval | Compensation Review | Negotiation | Angebot | Vertragsangebot | Vertrag | Offre
offer:     Proposition | Oferta | Contrato | Promesse d'embauche
hired:     Hired | Onboarding | Pre-boarding | Started | Eingestellt | Embauché | Contratado
"""
NAMES = [
    (name.strip(), StageKind(kind))
    for kind, names in (line.split(":", 1) for line in _NAMES.strip().splitlines())
    for name in names.split("|")
]


@pytest.mark.parametrize(("name", "kind"), NAMES, ids=[name for name, _ in NAMES])
def test_a_stages_name_determines_its_kind(name: str, kind: StageKind) -> None:
    assert stage_kind(name, position=2, last_position=6) is kind


@pytest.mark.parametrize(("name", "kind"), NAMES[::7])
def test_case_spacing_and_position_do_not_matter_if_the_name_is_known(name: str, kind: StageKind) -> None:
    assert stage_kind(f"  {name.upper()} ", position=0, last_position=0) is kind


@pytest.mark.parametrize(("position", "kind"), [(0, StageKind.APPLIED), (3, StageKind.INTERVIEW), (6, StageKind.OFFER)])
@pytest.mark.parametrize("name", ["Stage 4", "Étape", "???", "", "Phase Blau"])
def test_the_position_determines_the_kind_of_an_unknown_name(name: str, position: int, kind: StageKind) -> None:
    assert stage_kind(name, position=position, last_position=6) is kind


@pytest.mark.parametrize(
    "name", ["Refreshed", "Alumni Pool", "Bleading Edge", "Stephanie", "Protest", "Recap", "Misleading"]
)
def test_a_word_inside_another_word_is_ignored(name: str) -> None:
    assert stage_kind(name, position=3, last_position=6) is StageKind.INTERVIEW
