"""The only modules that know rows: what goes in and comes out are the domain's values and ready JSON."""

from rapport.kit.database.queries import Queries

SQL = Queries("rapport.outreach")
