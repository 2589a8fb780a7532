"""Which part of the launcher answers a command line."""

import sys

from . import commands, testing, up
from .errors import LaunchError, Stopped


def main(argv: list[str]) -> int:
    """Run one `manage.py` command line and return its exit code."""
    command, arguments = (argv[1] if len(argv) > 1 else "help"), argv[2:]
    try:
        if command == "up":
            return up.run(arguments)
        if command == "test":
            return testing.run(arguments)
        return commands.run(argv)
    except Stopped as stopped:
        return stopped.code
    except KeyboardInterrupt:
        return 130
    except LaunchError as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
