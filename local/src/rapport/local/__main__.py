"""The stack on this machine: `python -m rapport.local up|down|reset|status`, or `env <service>`."""

import sys

from rapport.local.supervisor.commands import COMMANDS, env

if __name__ == "__main__":
    match sys.argv[1:]:
        case [command] if command in COMMANDS:
            sys.exit(COMMANDS[command]())
        case ["env", service]:
            sys.exit(env(service))
        case _:
            sys.exit(f"usage: python -m rapport.local {'|'.join(COMMANDS)}|env <service>")
