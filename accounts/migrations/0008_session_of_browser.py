"""A signed-in browser belongs to its session: they are read together and end together."""

import django.db.models.deletion
from django.db import migrations, models

ORPHANS = """
DELETE FROM accounts_usersession AS browser
WHERE NOT EXISTS (
    SELECT FROM django_session WHERE django_session.session_key = browser.session_key
)
"""
BELONGS = """
ALTER TABLE accounts_usersession
ADD CONSTRAINT accounts_usersession_session FOREIGN KEY (session_key)
REFERENCES django_session (session_key) DEFERRABLE INITIALLY DEFERRED
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_team_leader"), ("sessions", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(ORPHANS, migrations.RunSQL.noop),
                migrations.RunSQL(
                    BELONGS,
                    "ALTER TABLE accounts_usersession DROP CONSTRAINT accounts_usersession_session",
                ),
            ],
            state_operations=[
                migrations.RemoveField("usersession", "session_key"),
                migrations.AddField(
                    "usersession",
                    "session",
                    models.OneToOneField(
                        db_column="session_key",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signed_in",
                        to="sessions.session",
                    ),
                    preserve_default=False,
                ),
            ],
        )
    ]
