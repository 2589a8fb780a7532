"""Brings the data up to date in one Django process (two would cost a second more at each start).

Run in the virtual environment: python -m crm_project.launcher.prepare [--demo]
"""

import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command


def main(arguments: list[str]) -> None:
    """Apply the migrations, then what the kind of installation wants."""
    django.setup()
    call_command("migrate", interactive=False)
    call_command("sync_roles")  # the built-in roles, with the permissions that are new
    if "--demo" in arguments:
        call_command("seed_demo", "--if-empty")
    else:
        call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (ImproperlyConfigured, CommandError) as error:
        sys.exit(str(error))  # said for people: no traceback
