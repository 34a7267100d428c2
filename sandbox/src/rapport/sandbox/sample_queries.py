"""Three requests to try first: on the sandbox's page, or pasted into a terminal."""

import json
import shlex
from collections.abc import Iterator

EXAMPLES = {
    "The open jobs, and who is responsible": """\
{
  jobs(first: 5, filter: {status: OPEN}) {
    nodes { title department activeApplications team { role user { name } } }
  }
}""",
    "The board of a job": """\
{
  jobs(first: 1, filter: {status: OPEN}) {
    nodes {
      title
      board {
        columns {
          stage { name kind }
          count
          cards(first: 3) { nodes { personName personTitle daysInStage } }
        }
      }
    }
  }
}""",
    "The funnel of a job, with how sure its rates are": """\
{
  jobs(first: 1, filter: {status: OPEN}) {
    nodes {
      title
      funnel {
        asOf
        stages { kind reached advanced exited waiting passthroughDecided { value low high denominator } }
      }
    }
  }
}""",
}


def as_commands(gateway: str, token: str) -> Iterator[tuple[str, str]]:
    """Return what each request shows, and the command that sends it."""
    for what, query in EXAMPLES.items():
        body = shlex.quote(json.dumps({"query": " ".join(query.split())}))
        headers = f"-H 'Content-Type: application/json' -H 'Authorization: Bearer {token}'"
        yield what, f"curl -s {gateway}/graphql {headers} -d {body}"
