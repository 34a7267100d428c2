"""Names and words for generated people and jobs; combinations are random, no real person is meant."""


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text, or the phrases if bars divide it."""
    return tuple(text.split("|" if "|" in text else None))


FIRST_NAMES = _words(
    "Aaliyah Adaeze Agnieszka Ahmed Aiko Alejandra Amara Amélie Anders Anjali Antonio Arjun Astrid Ayşe Beatriz "
    "Björn Camila Carlos Chiara Chidi Chloé Daniel Dmitri Eilidh Elena Emeka Emma Esra Fatima Felix Femi François "
    "Gabriela Georgios Giulia Grace Hanna Hassan Hiroshi Ibrahim Ines Ingrid Isabel Jamal Javier Jin Jonas José "
    "Kateryna Keiko Kofi Kwame Lars Leila Liam Lina Lucía Łukasz Maja Malik Marek Maria Mateo Matteo Mei Mia Min-jun "
    "Mohammed Nadia Naomi Nia Nikhil Noah Nour Olga Oluwaseun Omar Pablo Paulo Petra Priya Rafael Rahul Renée Rosa "
    "Samira Sana Sanjay Santiago Siobhán Sofia Søren Tamar Tariq Thandiwe Thu Tomás Valentina Viktor Wei Yasmin "
    "Yuki Yusuf Zanele Zoë"
)

LAST_NAMES = _words(
    "Abdi Abebe Adeyemi Ahlström Almeida Andersson Arslan Asante Bakker Banerjee Bauer Becker Bennett Bianchi Bondar "
    "Çelik Chaudhry Chen Christensen Costa Dąbrowski Das Delgado Diallo Dubois Edwards Eriksen Fernández Ferreira "
    "Fischer Fofana García Gonçalves Gupta Haddad Hansen Hashimoto Hernández Hoffmann Horváth Hughes Ibáñez Ivanova "
    "Jansen Jensen Johansson Joshi Kamau Kaplan Kariuki Kim Kovács Kowalczyk Kumar Lambert Larsen Lehmann Lindqvist "
    "López Martins Mbeki Mendoza Menon Meyer Mizrahi Morales Moreau Müller Murphy Mwangi Nakamura Naidoo Nguyễn "
    "Nielsen Novák Nowak Núñez O’Brien Okafor Okonkwo Olsen Osei Owusu Papadopoulos Patel Pereira Petrov Pham Popescu "
    "Qureshi Rahman Ramírez Rao Reddy Ricci Rossi Saito Salazar Santos Sato Schäfer Schneider Shah Sharma Silva Singh "
    "Škoda Smith Sørensen Suzuki Takahashi Tanaka Teixeira Torres Tran Usman Vargas Vasquez Virtanen Visser Vogel "
    "Wagner Walker Wang Weber Williams Wójcik Yamamoto Yıldız Young Zhang Zhao Zimmermann"
)

COMPANIES = _words(
    "Alderbrook Systems|Amberline Foods|Bluefin Logistics|Brightwell Health|Cedar & Stone|Cobalt Metrics|Corvid Labs|"
    "Dunmore Energy|Eastgate Retail|Fernhill Software|Fjordlight|Glasshouse Media|Granite Peak Bank|Harbour Analytics|"
    "Helix Robotics|Ironwood Payments|Juniper Street|Kestrel Cloud|Lantern Insurance|Larkspur Travel|Marigold Games|"
    "Meridian Freight|Northbank Devices|Oakfield Hospitals|Orchard Mobility|Paperbird|Quarry Data|Redpoll Security|"
    "Saltmarsh Studios|Silverbirch|Tidewater Telecom|Umbra Semiconductors|Vellum Publishing|Westmark Motors|Yarrow Bio"
)

LOCATIONS = (
    ("New York, New York, USA", "America/New_York"),
    ("Austin, Texas, USA", "America/Chicago"),
    ("San Francisco, California, USA", "America/Los_Angeles"),
    ("Toronto, Ontario, Canada", "America/Toronto"),
    ("São Paulo, Brazil", "America/Sao_Paulo"),
    ("London, United Kingdom", "Europe/London"),
    ("Dublin, Ireland", "Europe/Dublin"),
    ("Berlin, Germany", "Europe/Berlin"),
    ("Warsaw, Poland", "Europe/Warsaw"),
    ("Lisbon, Portugal", "Europe/Lisbon"),
    ("Lagos, Nigeria", "Africa/Lagos"),
    ("Nairobi, Kenya", "Africa/Nairobi"),
    ("Bengaluru, India", "Asia/Kolkata"),
    ("Singapore", "Asia/Singapore"),
    ("Tokyo, Japan", "Asia/Tokyo"),
    ("Sydney, Australia", "Australia/Sydney"),
)

TITLES: dict[str, tuple[str, ...]] = {
    "Engineering": _words(
        "Software Engineer|Senior Software Engineer|Staff Engineer|Backend Engineer|Platform Engineer|Data Engineer|"
        "Site Reliability Engineer|Machine Learning Engineer|Engineering Manager|DevOps Engineer|QA Engineer"
    ),
    "Go-to-Market": _words(
        "Account Executive|Senior Account Executive|Sales Development Representative|Customer Success Manager|"
        "Solutions Consultant|Account Manager|Sales Manager|Partner Manager|Marketing Manager"
    ),
    "Operations": _words(
        "Financial Analyst|Finance Manager|People Partner|HR Generalist|Supply Planner|Operations Analyst|"
        "Office Manager|Controller|Procurement Specialist"
    ),
}

SCHOOLS = _words(
    "Northern Institute of Technology|Port City University|Lakeside State University|Academy of Applied Sciences|"
    "Central Polytechnic|Universidade do Vale|Southern Cape University|Imperial Gate University"
)

DISCIPLINES = _words("Computer Science|Economics|Business Administration|Mathematics|Physics|Psychology|Design")
DEGREES = _words("Bachelor's Degree|Master's Degree|Doctorate|Diploma")
TAGS = _words("Python|Go|Kubernetes|Enterprise sales|German|Remote only|Relocating|Silver medalist|Conference|Alumni")
ATTRIBUTES = (
    ("Communication", "Skills"),
    ("Problem solving", "Skills"),
    ("Role knowledge", "Qualifications"),
    ("Ownership", "Personality Traits"),
    ("Collaboration", "Personality Traits"),
)
VERDICT_NOTES: dict[str, tuple[str, ...]] = {
    "strong_yes": ("Would be sorry to lose this one.", "Best conversation this month."),
    "yes": ("Solid examples, clear thinking.", "Meets the bar; some ramp-up needed."),
    "mixed": ("Good on fundamentals, thin on depth.", "Another opinion would help."),
    "no": ("Could not get to specifics.", "Not at the level this role needs."),
    "definitely_not": ("Does not match the must-haves at all.",),
}
NOTES = (
    "Prefers mornings for calls.",
    "Notice period of three months.",
    "Interested in leading a small team later.",
    "Asked about remote work; two days a week at the office would be fine.",
    "Has another process at an advanced stage.",
    "Strong recommendation from a former colleague.",
)
