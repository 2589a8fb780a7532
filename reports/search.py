"""Report pages in the command palette."""

from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from crm_project.kit.hits import Hit
from crm_project.kit.text import normalise

from .catalogue import Definition, readable

LANGUAGES = ("ar", "en")  # a title is found in either, whichever the page is in


def find_reports(user: Any, query: str) -> list[Hit]:
    """Return the reports that the user may open and whose title or summary has every word."""
    wanted = normalise(query).split()
    if not wanted:
        return []
    return [
        Hit(
            label=str(report.title),
            sublabel=str(report.summary),
            url=reverse(report.url_name),
            icon=report.icon,
            group=_("Reports"),
        )
        for report in readable(user)
        if all(word in _words(report) for word in wanted)
    ]


def _words(report: Definition) -> str:
    """What is searched: title and summary, and the word "reports", in both languages."""
    parts = []
    for language in LANGUAGES:
        with translation.override(language):
            parts += [str(report.title), str(report.summary), _("Reports"), _("Report")]
    return normalise(" ".join(parts))
