"""The stack on this machine: `python -m rapport.local up|down|reset|status`."""

import sys

from rapport.local.supervisor.commands import COMMANDS

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(f"usage: python -m rapport.local {'|'.join(COMMANDS)}")
    sys.exit(COMMANDS[sys.argv[1]]())
