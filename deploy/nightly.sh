#!/bin/sh
# Backups where nothing else keeps the time: every night at 02:30 UTC, on Sundays with a restore test.
# A run that fails says why, leaves a row that says so, and the next night is another try.
set -u
at=9000 day=86400 # seconds
while sleep $(((at - $(date +%s) % day + day) % day + 1)); do
    test=
    [ "$(date -u +%u)" = 7 ] && test=--verify
    python manage.py backup $test || echo "The backup failed: see above." >&2
done
