"""The test settings with the probe's jobs, for worker processes of the tests."""

from crm_project.settings.test import *  # noqa: F403
from crm_project.settings.test import INSTALLED_APPS

LIVE_RECHECK_SECONDS = 0.5
INSTALLED_APPS = [*INSTALLED_APPS, "tests.kit.probe"]
