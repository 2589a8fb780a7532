"""What lists with saved views share: what makes a view, its tabs, chips, and the choice of columns."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.generic import View

from crm_project.kit.htmx import redirect_to, trigger
from crm_project.kit.views import Declared

from .models import SavedView, User

OWN = ""  # the name of the view that is no tab: it only keeps the person's columns
NOT_KEPT = {"after"}  # parameters of a visit, not of a view
LOOKS = {"view"}  # parameters that draw the same rows in another way: no view of its own
LONGEST = 2000  # characters of a list's parameters


def kept(data: QueryDict) -> QueryDict:
    """Return the parameters that make a view, without the empty ones."""
    found = QueryDict(mutable=True)
    for key, value in data.items():
        if value and key not in NOT_KEPT:
            found[key] = str(value)
    return found


def saved_views(user: User, page: str) -> list[SavedView]:
    """Return what the person, and colleagues for the branch, saved of a list, by its URL name."""
    return list(SavedView.objects.visible_to(user).filter(page=page))


def own_columns(views: Iterable[SavedView], user: User) -> list[str]:
    """Return the keys of the columns that the person chose, none for the usual ones."""
    own = (view.columns for view in views if view.name == OWN and view.user_id == user.pk)
    return next(own, [])


def keep_columns(user: User, page: str, keys: Iterable[str]) -> None:
    """Remember the person's columns of a list."""
    SavedView.objects.update_or_create(
        user=user, page=page, name=OWN, defaults={"columns": list(keys)}
    )


def view_tabs(
    fixed: Iterable[tuple[Any, str]],
    views: Iterable[SavedView],
    *,
    user: User,
    page: str,
    query: QueryDict,
) -> list[dict[str, Any]]:
    """Return the tabs: the `fixed` ones (label, parameters), then what was saved; the one that is
    shown is marked.
    """
    base, now = reverse(page), _meant(query)
    tabs: list[dict[str, Any]] = [{"label": label, "query": wanted} for label, wanted in fixed]
    for view in views:
        if view.name == OWN:
            continue
        is_own = view.user_id == user.pk
        url = reverse("accounts:saved_view_delete", args=[view.pk]) if is_own else ""
        saved = {"label": view.name, "query": view.query, "delete_url": url}
        tabs.append({**saved, "icon": "bookmark-filled"})
    for tab in tabs:
        tab["url"] = f"{base}?{tab['query']}" if tab["query"] else base
        tab["is_active"] = _meant(QueryDict(tab["query"])) == now
    return tabs


def _meant(query: QueryDict) -> dict[str, Any]:
    return {name: value for name, value in query.items() if name not in LOOKS}


def save_url(page: str, query: QueryDict) -> str:
    """Return where these parameters are saved as a view."""
    saved = urlencode({"page": page, "query": query.urlencode()})
    return f"{reverse('accounts:saved_view_new')}?{saved}"


def chips(filterset: Any, url_of: Callable[..., str]) -> list[dict[str, Any]]:
    """Return what is filtered, in words, each with the address of the list without it."""
    return [
        {
            "label": filterset.filters[name].label,
            "value": words,
            "problem": " ".join(filterset.form.errors.get(name, [])),
            "remove_url": url_of(**{name: "", "after": ""}),
        }
        for name, words in filterset.chosen().items()
    ]


class ColumnsPanel(Declared, View, ABC):
    """The side panel that chooses a list's columns: the person's own, until a view says otherwise."""

    page: ClassVar[str]  # the list's URL name
    default: ClassVar[Sequence[str]]

    @abstractmethod
    def offered(self) -> Mapping[str, Any]:
        """Return the columns that the reader may see by key, each with its `key` and `label`."""

    def get(self, request: HttpRequest) -> HttpResponse:
        me: Any = request.user
        offered, asked = self.offered(), request.GET.get("cols", "")
        keys = asked.split(",") if asked else own_columns(saved_views(me, self.page), me)
        shown = _known(keys, offered) or _known(self.default, offered)
        rest = [key for key in offered if key not in shown]
        options = [(offered[key], key in shown) for key in (*shown, *rest)]
        context = {"options": options, "query": kept(request.GET).urlencode(), "url": request.path}
        return render(request, "components/columns_panel.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        me: Any = request.user
        keep_columns(me, self.page, _known(request.POST.getlist("columns"), self.offered()))
        query = kept(QueryDict(request.POST.get("query", "")[:LONGEST]))
        query.pop("cols", None)
        url = reverse(self.page)
        answer = redirect_to(request, f"{url}?{query.urlencode()}" if query else url)
        return trigger(answer, **{"close-dialog": True})


def _known(keys: Iterable[str], offered: Mapping[str, Any]) -> list[str]:
    return [key for key in dict.fromkeys(keys) if key in offered]
