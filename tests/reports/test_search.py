"""Report pages in the command palette: by title in either language, as far as one may read them."""

from typing import Any

import pytest
from django.utils import translation

from reports.search import find_reports


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    "query", ["revenue", "SALES rep", "الإيرادات", "تقارير المبيعات", "ايرادات"]
)
def test_a_report_is_found_in_both_languages_whichever_the_page_is_in(
    manager: Any, language: str, query: str
) -> None:
    with translation.override(language):
        (hit,) = find_reports(manager, query)
    assert hit.url == "/reports/sales/"
    assert hit.label == ("Sales and revenue" if language == "en" else "المبيعات والإيرادات")


def test_only_what_the_person_may_read_is_found(sales: Any, inspector: Any, manager: Any) -> None:
    assert [hit.url for hit in find_reports(sales, "reports")] == ["/reports/sales/"]
    assert find_reports(inspector, "reports") == []
    assert len(find_reports(manager, "reports")) == 4


@pytest.mark.parametrize("query", ["", "  ", "\x00", "zzzz", "sales nonsense"])
def test_what_names_no_report_finds_none(manager: Any, query: str) -> None:
    assert find_reports(manager, query) == []
