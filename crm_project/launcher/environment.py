"""The environment every process gets: os.environ first, then `.env`, then development secrets."""

import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from . import devsecrets, dotenv, paths

ENV_FILE = "MADAR_ENV_FILE"  # another file instead of .env
FALSE_WORDS = {"0", "false", "no", "off", "n", "f", ""}


def is_development(environ: Mapping[str, str]) -> bool:
    """Tell whether this is a development machine: `DEBUG` isn't set to a false word.

    >>> is_development({}), is_development({"DEBUG": "off"})
    (True, False)
    """
    return environ.get("DEBUG", "true").strip().lower() not in FALSE_WORDS


def prepare(environ: MutableMapping[str, str] = os.environ) -> None:
    """Complete the environment in place; what is set already always wins.

    In production no secret is invented: there the settings stop the start by name.
    """
    _add(environ, dotenv.read(Path(environ.get(ENV_FILE) or paths.ROOT / ".env")))
    environ.setdefault("PYTHONUNBUFFERED", "1")
    _keep_compiled(environ)
    if is_development(environ):
        environ.setdefault("DJANGO_SETTINGS_MODULE", "crm_project.settings.development")
        _add(environ, devsecrets.ensure(environ))
    else:
        environ.setdefault("DJANGO_SETTINGS_MODULE", "crm_project.settings.production")


def _keep_compiled(environ: MutableMapping[str, str]) -> None:
    """Keep compiled modules in the state folder where they may not lie beside their sources.

    Compiling everything anew would double the time in which a killed worker is back.
    """
    if environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        environ.setdefault("PYTHONPYCACHEPREFIX", str(paths.state_dir() / "compiled"))


def _add(environ: MutableMapping[str, str], values: Mapping[str, str]) -> None:
    for name, value in values.items():
        environ.setdefault(name, value)
