#!/usr/bin/env python3
"""The door to everything: `up`, `test` and every Django command, with nothing installed first."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python must get a sentence, not a traceback
    sys.exit(
        "Madar needs Python 3.11 or newer; this is Python {}.{}. Install a newer one "
        "and run it by name, for example: python3.12 manage.py up".format(*sys.version_info)
    )

if __name__ == "__main__":
    from crm_project.launcher.entry import main

    sys.exit(main(sys.argv))
