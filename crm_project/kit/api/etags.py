"""ETags of single records: who has the newest version gets no body, who saw an older one no change.

Tags are compared without their mark of weakness, also for If-Match, where RFC 9110 (13.1.1) asks for
more: a proxy that compresses an answer weakens its tag, and ours names the record's version anyway.
"""

import hashlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from crm_project.kit.errors import BusinessError

HEADER = "If-Match"
Handler = Callable[..., Response]


class ChangedMeanwhile(BusinessError):
    """If-Match names another version of the record than the present one."""

    code = "edit_conflict"
    message = _("This isn't the version that you saw. Read it again, then repeat the change.")


class ETagMixin:
    """For a viewset with `retrieve`: the answer carries an ETag of what it says.

    A write to the address of a record, or below it, with If-Match happens only while the record is
    as that ETag saw it. Stands after IdempotentMixin: a repeated call is answered as the first one,
    although the record has changed since.
    """

    locked_with: tuple[str, ...] = ()  # relations that every change of a record locks with it

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Authenticate and authorise as usual, then stand before the handler of a write."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        wanted, method = request.headers.get(HEADER), request.method.lower()
        handler = getattr(self, method, None)
        if wanted is None or request.method in SAFE_METHODS or handler is None:
            return
        if self._key_name() in kwargs:
            setattr(self, method, partial(self._if_match, handler, wanted))

    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Return the record, or 304 when If-None-Match names its ETag."""
        response: Response = super().retrieve(request, *args, **kwargs)  # type: ignore[misc]
        tag = _tag(response.data)
        if {"*", tag} & _named(request.headers.get("If-None-Match", "")):
            response = Response(status=304)
        response["ETag"] = tag
        return response

    def _if_match(
        self, handler: Handler, wanted: str, request: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Compare and write as one step: other writers of the record wait until it is over."""
        with transaction.atomic():
            tag = self._locked_tag(request, *args, **kwargs)
            if not {"*", tag} & _named(wanted):
                raise ChangedMeanwhile
            return handler(request, *args, **kwargs)

    def _locked_tag(self, request: Any, *args: Any, **kwargs: Any) -> str:
        """Return the ETag that a reading would bring now. Raises Http404."""
        view: Any = self
        rows = view.queryset.model._base_manager.select_related(*self.locked_with)
        rows = rows.select_for_update(of=(*self.locked_with, "self"), no_key=True)
        list(rows.filter(**{view.lookup_field: kwargs[self._key_name()]}))
        action, view.action = view.action, "retrieve"
        try:
            return _tag(super().retrieve(request, *args, **kwargs).data)  # type: ignore[misc]
        finally:
            view.action = action

    def _key_name(self) -> str:
        view: Any = self
        return str(view.lookup_url_kwarg or view.lookup_field)


def _named(header: str) -> set[str]:
    return {tag.removeprefix("W/") for tag in parse_etags(header)}


def _tag(data: Any) -> str:
    written = json.dumps(data, sort_keys=True, cls=JSONEncoder)
    return f'"{hashlib.sha256(written.encode()).hexdigest()[:32]}"'
