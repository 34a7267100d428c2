"""The fixed lists a company is furnished from: jobs, stage names, offices, sources, reasons, questions."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from random import Random

DEPARTMENTS = ("Engineering", "Go-to-Market", "Operations")
OFFICES = (
    ("New York", "New York, New York, USA"),
    ("London", "London, United Kingdom"),
    ("Berlin", "Berlin, Germany"),
    ("Singapore", "Singapore"),
)


@dataclass(frozen=True, slots=True)
class JobPlan:
    """A kind of job. Opening and closing are fractions of the history; before 0 is before it began."""

    name: str
    department: str
    weight: float
    opens: float
    closes: float | None = None
    evergreen: bool = False


# The first is the busiest of those still open: demos begin there.
JOBS = (
    JobPlan("Senior Backend Engineer", "Engineering", 2.6, -0.05),
    JobPlan("Account Executive, EMEA", "Go-to-Market", 1.6, 0.30),
    JobPlan("Customer Support Specialist", "Operations", 1.8, -0.15, evergreen=True),
    JobPlan("Site Reliability Engineer", "Engineering", 1.2, -0.05, 0.48),
    JobPlan("Sales Development Representative", "Go-to-Market", 2.0, -0.10, evergreen=True),
    JobPlan("Data Engineer", "Engineering", 1.1, 0.55),
    JobPlan("Finance Business Partner", "Operations", 0.7, -0.08, 0.55),
    JobPlan("Machine Learning Engineer", "Engineering", 1.4, 0.70),
    JobPlan("Customer Success Manager", "Go-to-Market", 0.9, 0.20, 0.80),
    JobPlan("Product Designer", "Engineering", 1.0, 0.40, 0.97),
    JobPlan("Solutions Consultant", "Go-to-Market", 0.6, 0.62),
    JobPlan("People Operations Partner", "Operations", 0.8, 0.74),
)

_STAGE_NAMES: dict[str, tuple[str, ...]] = {
    "applied": ("Application Review", "New Applicants", "Résumé Review", "CV Screening", "Inbox", "Initial Review"),
    "screen": (
        "Recruiter Phone Screen",
        "Recruiter Screen",
        "Preliminary Phone Screen",
        "Intro Call w/ Talent",
        "30 min Recruiter Chat",
        "Phone Screen #1",
        "Talent Partner Call",
    ),
    "manager": ("Hiring Manager Chat", "HM Screen", "Hiring Manager Interview", "HM Deep Dive", "Manager Conversation"),
    "Engineering": (
        "Tech Screen (CoderPad)",
        "Take Home Test",
        "Technical Phone Interview",
        "Pairing Exercise",
        "System Design (Zoom)",
        "Coding Challenge",
    ),
    "Go-to-Market": ("Mock Discovery Call", "Role Play", "Case Presentation", "Territory Plan Review"),
    "Operations": ("Case Study", "Skills Assessment", "Written Exercise", "Excel Exercise"),
    "onsite": (
        "Onsite - Virtual",
        "Face to Face",
        "Onsite",
        "Final Round",
        "Super Day",
        "Onsite Interviews (4x45)",
        "Final Panel",
    ),
    "late": ("Executive Interview", "Bar Raiser", "Founder Chat", "Meet the Team", "Reference Check"),
    "offer": ("Offer", "Offer Stage", "Verbal Offer", "Offer & Negotiation", "Offer Extended"),
}


def stage_names(random: Random, department: str) -> list[tuple[str, str]]:
    """Make up a job's stages, five to nine of them, as (name, kind); names are as free as in real accounts."""
    plan = [("applied", "applied"), ("screen", "screen"), ("manager", "interview"), (department, "interview")]
    if random.random() < 0.35:
        plan.insert(3, (department, "interview"))
    if random.random() < 0.15:
        plan.insert(2, ("screen", "screen"))
    plan.append(("onsite", "onsite"))
    if random.random() < 0.4:
        plan.append(("late", "onsite"))
    if random.random() < 0.2:
        plan.remove(("manager", "interview"))
    plan.append(("offer", "offer"))
    chosen: list[tuple[str, str]] = []
    for family, kind in plan:
        taken = {name for name, _ in chosen}
        chosen.append((random.choice([name for name in _STAGE_NAMES[family] if name not in taken]), kind))
    return chosen


SOURCE_TYPES = (
    (1, "Third-party boards"),
    (2, "Prospecting"),
    (3, "Referrals"),
    (4, "Agencies"),
    (5, "Company marketing"),
    (6, "Attend/Host Events"),
    (7, "Other"),
)
SOURCES: dict[str, tuple[tuple[str, int], ...]] = {
    "applied": (
        ("Jobs page on your website", 5),
        ("LinkedIn (Job post)", 1),
        ("Indeed", 1),
        ("Glassdoor", 1),
        ("University fair", 6),
        ("Other", 7),
    ),
    "sourced": (("LinkedIn (Prospecting)", 2), ("GitHub", 2), ("Rediscovered in ATS", 2), ("Meetup", 6)),
    "referral": (("Referral", 3),),
    "agency": (("Northlight Search", 4), ("Harrow & Pine Recruiting", 4)),
}

WE_REJECTED, THEY_WITHDREW = (1, "We rejected them"), (2, "They rejected us")
REJECTION_REASONS = (
    ("Lacking skill(s)/qualification(s)", WE_REJECTED),
    ("Not enough experience", WE_REJECTED),
    ("Hired another candidate", WE_REJECTED),
    ("Work authorisation", WE_REJECTED),
    ("Location", WE_REJECTED),
    ("Interview feedback", WE_REJECTED),
    ("Position closed", WE_REJECTED),
    ("Compensation", THEY_WITHDREW),
    ("Accepted another offer", THEY_WITHDREW),
    ("No longer interested", THEY_WITHDREW),
    ("Unresponsive", THEY_WITHDREW),
    ("Timing", THEY_WITHDREW),
)
DECLINE_REASONS = ("Compensation", "Accepted another offer", "Location", "Start date")
"""Of offers; the first two end applications by the same names."""
CLOSE_REASONS = ("Hired - New Headcount", "Hired - Backfill", "Not Filling", "On Hold")
CUSTOM_FIELDS = (
    ("job", "Employment Type", ("Full-time", "Part-time", "Contractor"), 0),
    ("offer", "Employment Type", ("Full-time", "Part-time", "Contractor"), 0),
    ("offer", "Decline Reason", DECLINE_REASONS, 0),
    ("candidate", "Notice Period", ("None", "1 month", "3 months"), 0),
    ("candidate", "Work Authorisation", ("Citizen", "Permit", "Needs a visa"), 0),
    ("candidate", "Salary Expectation", (), 1),
)
"""The account's own fields: what they are of, their name, their choices, and whether only some users see them."""
USER_ROLES = (
    (71, "Site Admin", "site_admin"),
    (72, "Job Admin: Standard", "job_admin"),
    (73, "Job Admin: Hiring Manager", "job_admin"),
    (74, "Interviewer", "interviewer"),
)
EMAIL_TEMPLATES = (
    ("Rejection: after review", "candidate_rejection"),
    ("Rejection: after interview", "candidate_rejection"),
    ("Interview confirmation", "candidate_email"),
    ("Scorecard reminder", "scorecard_reminder"),
)
DEMOGRAPHIC_QUESTIONS: tuple[tuple[str, tuple[str, ...], tuple[int, ...]], ...] = (
    ("I identify my gender as:", ("Man", "Woman", "Non-binary", "I don't wish to answer"), (50, 42, 3, 5)),
    (
        "I identify my race/ethnicity as:",
        (
            "Asian",
            "Black or African American",
            "Hispanic or Latino",
            "White",
            "American Indian or Alaska Native",
            "Native Hawaiian or Other Pacific Islander",
            "Two or More Races",
            "I don't wish to answer",
        ),
        (24, 14, 15, 34, 1, 1, 5, 6),
    ),
    (
        "Veteran status:",
        ("I am not a protected veteran", "I am a protected veteran", "I don't wish to answer"),
        (88, 5, 7),
    ),
    ("Disability status:", ("No", "Yes", "I don't wish to answer"), (82, 9, 9)),
)


@cache
def ascii_name(name: str) -> str:
    """Return a name as it appears in an address."""
    spelled = name.translate(str.maketrans("łŁøØıđ’", "lLoOid'"))
    folded = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return "".join(letter for letter in folded.lower() if letter.isalnum())


DEMOGRAPHIC_CONSENT: tuple[str, tuple[str, ...]] = (
    "May we use these answers to find you for other jobs?",
    ("Yes", "No"),
)
