"""What a reader asks of a report: period, comparison, grouping and filters, checked by one form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, CompanySettings, User
from crm_project.kit.money import minor_digits
from customers.models import Customer
from inventory.models import Product, ProductCategory
from inventory.services import with_descendants
from orders.models import Order

from .periods import COMPARISONS, FIRST, LAST, PARTS, PRESETS, Period, compared_with, period_of
from .reach import Reach, reach_of

DEFAULTS = {"period": "month", "compare": "previous"}


@dataclass(frozen=True)
class Ask:
    """One question, checked. `data` are the parameters as given, for links."""

    user: User
    reach: Reach  # narrowed to the chosen branch and person
    period: Period
    before: Period | None
    by: str
    part: str = ""
    order: str = ""
    channel: str = ""
    source: str = ""
    product: int | None = None
    categories: tuple[int, ...] | None = None
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """The company's currency: every amount is in it."""
        return str(CompanySettings.current().currency)

    @property
    def digits(self) -> int:
        """Digits after the point of that currency."""
        return minor_digits(self.currency)

    @property
    def sees_margin(self) -> bool:
        """True for those who may see costs and margins of orders."""
        return self.user.sees_field("orders.margin") == "visible"

    @property
    def sees_cost(self) -> bool:
        """True for those who may see cost prices and stock value."""
        return self.user.sees_field("inventory.cost") == "visible"


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "min": FIRST, "max": LAST}),
    )


def _choice(label: Any, choices: Mapping[str, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=list(choices.items()))


class ReportForm(forms.Form):
    """The parameters of every report; each shows those that it knows."""

    period = _choice(_("Period"), PRESETS)
    start = _day(_("From"))
    end = _day(_("Until"))
    compare = _choice(_("Compare with"), COMPARISONS)
    by = _choice(_("Group by"), {})
    part = _choice(_("Time step"), {"": _("Automatic"), **PARTS})
    branch = forms.ModelChoiceField(
        Branch.objects.none(), label=_("Branch"), required=False, empty_label=_("All")
    )
    user = forms.ModelChoiceField(
        User.objects.none(), label=_("Responsible"), required=False, empty_label=_("All")
    )
    channel = _choice(_("Channel"), {"": _("All"), **dict(Order.Channel.choices)})
    source = _choice(_("Source"), {"": _("All"), **dict(Customer.Source.choices)})
    category = forms.ModelChoiceField(
        ProductCategory.objects.none(), label=_("Category"), required=False, empty_label=_("All")
    )
    product = forms.ModelChoiceField(
        Product.objects.none(), label=_("Product"), required=False, widget=forms.HiddenInput
    )
    order = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any], *, user: User, codes: Sequence[str], kinds: Sequence[str],
        filters: Sequence[str],
    ) -> None:  # fmt: skip
        super().__init__({**DEFAULTS, **{key: data[key] for key in data if data[key]}})
        self.reader, self.reach = user, reach_of(user, codes)
        self._name_choices(kinds)
        known = {"period", "start", "end", "compare", "by", "order", *filters}
        for name in set(self.fields) - known:
            del self.fields[name]
        self.asked = {key: str(data[key]) for key in data if data[key] and key in known}

    def _name_choices(self, kinds: Sequence[str]) -> None:
        fields: Any = self.fields
        from .dimensions import LABELS

        fields["by"].choices = [(kind, LABELS[kind]) for kind in kinds]
        if len(kinds) == 1:
            fields["by"].widget = forms.HiddenInput()
        fields["branch"].queryset = Branch.objects.filter(pk__in=self.reach.branches)
        people = User.objects.visible_to(self.reader).filter(is_service=False)
        if self.reach.owners is not None:
            people = people.filter(pk__in=self.reach.owners)
        fields["user"].queryset = people
        fields["user"].label_from_instance = lambda person: person.shown_name
        fields["category"].queryset = ProductCategory.objects.visible_to(self.reader)
        fields["product"].queryset = Product.objects.visible_to(self.reader)

    def ask(self) -> Ask:
        """Return the question. Only for a valid form."""
        known = self.cleaned_data
        kinds: Any = self.fields["by"]
        person, branch = known.get("user"), known.get("branch")
        reach = self.reach.narrowed(
            branch=branch.pk if branch else None, owner=person.pk if person else None
        )
        period = period_of(
            known["period"] or "month", reach.today, start=known["start"], end=known["end"]
        )
        category, product = known.get("category"), known.get("product")
        return Ask(
            user=self.reader,
            reach=reach,
            period=period,
            before=compared_with(period, known["compare"] or "previous"),
            by=known["by"] or kinds.choices[0][0],
            part=known.get("part", ""),
            order=known["order"],
            channel=known.get("channel", ""),
            source=known.get("source", ""),
            product=product.pk if product else None,
            categories=tuple(with_descendants(category)) if category else None,
            data=self.asked,
        )
