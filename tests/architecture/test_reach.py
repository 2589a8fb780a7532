"""Pages and the API read rows through visible_to(), or say here why they need not (SECURITY.md AZ-6)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDERS = [ROOT / app / kind for app in settings.APPS for kind in ("views", "api")]
DOORS = [path for folder in FOLDERS for path in sorted(folder.glob("*.py"))]
SCOPED = {"visible_to", "none"}  # calls that end the question

# file: what stands before ".objects" → why no reach is asked there
ALLOWED = {
    "accounts/api/company.py": {"CompanySettings": "the one row, which its permission opens"},
    "accounts/api/organisation.py": {
        "Department": "narrowed by within() to the caller's reach",
        "Team": "narrowed by within() to the caller's reach",
    },
    "accounts/api/serializers.py": {
        "User": "is an address taken: the answer is yes or no, and the column is unique company-wide",
    },
    "accounts/views/settings.py": {
        "CompanySettings": "the one row, whose page its permission opens"
    },
    "accounts/views/sign_in.py": {
        "User": "nobody is signed in yet; the id stands in the own session"
    },
    "customers/api/dealings.py": {
        "ContactPoint": "narrowed in get_queryset() to one customer within reach",
        "Consent": "narrowed in get_queryset() to one customer within reach",
        "Note": "narrowed in get_queryset() to one customer within reach",
        "TimelineEntry": "narrowed in get_queryset() to one customer within reach",
    },
    "customers/views/detail.py": {
        "TimelineEntry": "of one customer within reach",
        "Activity": "about one customer within reach",
    },
    "inventory/views/entry.py": {"Warehouse": "only which currencies there are"},
    "leads/api/serializers.py": {"RoutingDecision": "of one lead within reach"},
    "leads/api/leads.py": {"ExtractedField": "of leads within reach"},
    "leads/views/pane.py": {
        "Message": "of one lead within reach",
        "RoutingDecision": "of one lead within reach",
        "StageResult": "of one lead within reach",
        "Activity": "about one lead within reach",
    },
    "inventory/api/counts.py": {"StockCount": "narrowed in get_queryset() of its base"},
    "orders/views/bulk.py": {"User": "who had the orders before; only ids of the own last step"},
    "orders/views/entry.py": {"Order": "the version of an order that is open within reach"},
    "orders/views/payments.py": {"Order": "the figures of an order that is open within reach"},
    "orders/views/steps.py": {"Shipment": "of one order within reach"},
    "leads/views/public_form.py": {"WebForm": "the form's key in the address is what opens it"},
}
# Bases whose own get_queryset() or get_queryset of the field asks visible_to() of what they are given
ASK_THEMSELVES = {
    "VisibleRelatedField", "TableView", "StockTable", "ReadViewSet", "WriteViewSet", "_PlaceViewSet",
}  # fmt: skip


class _Parents(ast.NodeVisitor):
    """Remembers what every node stands in."""

    def __init__(self, tree: ast.AST) -> None:
        self.of: dict[ast.AST, ast.AST] = {}
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self.of[child] = node


def unscoped(source: str) -> Iterator[tuple[str, int]]:
    """Yield model and line of every use of a manager that nothing narrows to the reader's reach."""
    tree = ast.parse(source)
    parents = _Parents(tree).of
    for node in ast.walk(tree):
        is_manager = isinstance(node, ast.Attribute) and node.attr in (
            "objects",
            "_default_manager",
        )
        if is_manager and not _is_scoped(node, parents):
            yield ast.unparse(node.value), node.lineno


def _is_scoped(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Follow the chain of calls outwards, then look at what holds it."""
    while isinstance(parents.get(node), ast.Attribute | ast.Call) and not _is_argument(
        node, parents
    ):
        node = parents[node]
        if isinstance(node, ast.Attribute) and node.attr in SCOPED:
            return True
    holder = parents.get(node)
    if isinstance(holder, ast.keyword):
        call = parents[holder]
        return isinstance(call, ast.Call) and _name(call.func) in ASK_THEMSELVES
    if isinstance(holder, ast.Assign):
        return _is_scoped_later(holder, parents)
    return False


def _is_argument(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    parent = parents[node]
    return isinstance(parent, ast.Call) and parent.func is not node


def _is_scoped_later(assigned: ast.Assign, parents: dict[ast.AST, ast.AST]) -> bool:
    """`queryset = …` of a list that narrows it itself, or a name that is narrowed further down."""
    body = parents[assigned]
    if isinstance(body, ast.ClassDef):
        return bool({_name(base) for base in body.bases} & ASK_THEMSELVES)
    names = {target.id for target in assigned.targets if isinstance(target, ast.Name)}
    return any(
        isinstance(node, ast.Attribute) and node.attr in SCOPED
        and isinstance(node.value, ast.Name) and node.value.id in names
        for node in ast.walk(body)
    )  # fmt: skip


def _name(node: ast.AST) -> str:
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@pytest.mark.parametrize("path", DOORS, ids=lambda path: str(path.relative_to(ROOT)))
def test_rows_are_read_within_the_readers_reach(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    found = {
        f"{name}:{line} {model}"
        for model, line in unscoped(path.read_text(encoding="utf-8"))
        if model not in ALLOWED.get(name, {})
    }
    assert not found


def test_no_reason_outlives_its_cause() -> None:
    stale = {
        f"{name} {model}"
        for name, models in ALLOWED.items()
        for model in models
        if model not in dict(unscoped((ROOT / name).read_text(encoding="utf-8")))
    }
    assert not stale


@pytest.mark.parametrize(
    "source",
    [
        "lead = Lead.objects.get(pk=pk)",
        "rows = Lead.objects.filter(owner=user)",
        "get_object_or_404(Lead.objects.select_related('owner'), pk=pk)",
        "class V(View):\n    queryset = Lead.objects.all()",
        "class S(Serializer):\n    lead = PrimaryKeyRelatedField(queryset=Lead.objects.all())",
        "rows = User.objects.filter(leads__in=Lead.objects.visible_to(user))",
        "rows = Lead._default_manager.all()",
    ],
)
def test_the_check_sees_what_it_looks_for(source: str) -> None:
    assert list(unscoped(source))


@pytest.mark.parametrize(
    "source",
    [
        "rows = Lead.objects.visible_to(user).filter(pk=pk)",
        "rows = Lead.objects.select_related('owner').visible_to(user)",
        "rows = Lead.objects.none()",
        "def f():\n    rows = Lead.objects.filter(a=1)\n    return rows.visible_to(user)",
        "class V(TableView):\n    queryset = Lead.objects.all()",
        "class S(Serializer):\n    lead = VisibleRelatedField(queryset=Lead.objects.all())",
    ],
)
def test_the_check_lets_scoped_reads_pass(source: str) -> None:
    assert not list(unscoped(source))
