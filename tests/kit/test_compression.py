"""What leaves compressed, and that its size tells nothing."""

import gzip
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from crm_project.kit.compression import CompressMiddleware

PAGE = "<p>عميل</p>" * 500


def answer_to(response: Any, accepts: str = "gzip, br") -> Any:
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    return CompressMiddleware(lambda _request: response)(request)


def test_a_page_is_compressed_and_reads_the_same() -> None:
    answer = answer_to(HttpResponse(PAGE, headers={"ETag": '"1"'}))
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Vary"] == "Accept-Encoding"
    assert int(answer["Content-Length"]) == len(answer.content) < len(PAGE)
    assert gzip.decompress(answer.content).decode() == PAGE
    assert "ETag" not in answer


def test_the_size_of_a_page_differs_from_answer_to_answer() -> None:
    sizes = {len(answer_to(HttpResponse(PAGE)).content) for _time in range(60)}
    assert len(sizes) > 5


def test_a_page_goes_as_it_is_to_those_who_do_not_ask() -> None:
    answer = answer_to(HttpResponse(PAGE), accepts="br")
    assert answer.content.decode() == PAGE
    assert answer["Vary"] == "Accept-Encoding"


def test_short_pages_json_and_what_is_compressed_already_stay_as_they_are() -> None:
    short = answer_to(HttpResponse("ok"))
    json = answer_to(HttpResponse("[]" * 500, content_type="application/json"))
    done = answer_to(HttpResponse(PAGE, headers={"Content-Encoding": "br"}))
    assert not short.has_header("Content-Encoding")
    assert not json.has_header("Content-Encoding")
    assert (done["Content-Encoding"], done.content.decode()) == ("br", PAGE)


def test_a_page_that_streams_is_compressed_on_its_way() -> None:
    answer = answer_to(StreamingHttpResponse(iter([PAGE, PAGE]), content_type="text/html"))
    assert gzip.decompress(answer.getvalue()).decode() == PAGE * 2
