"""Set-up: types of inspections and their checklists."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from crm_project.kit.forms import form_response
from crm_project.kit.htmx import redirect_to, toast, wants_partial
from inspections import permissions
from inspections.errors import ItemIsAnswered, TypeChangedMeanwhile
from inspections.forms import ItemForm, TypeForm
from inspections.models import ChecklistItem, InspectionType
from inspections.services import (
    add_item,
    add_type,
    change_item,
    change_type,
    is_answered,
    move_item,
)

from .reach import InspectionView

FORM, PANEL = "inspections/setup_form.html", "inspections/partials/setup_panel.html"


class SetupView(InspectionView):
    """A page of the set-up of checklists."""

    permission_required = permissions.CHANGE_TEMPLATES

    def type(self, pk: int) -> InspectionType:
        """Return the type. Raises Http404."""
        return get_object_or_404(InspectionType.objects.visible_to(self.me), pk=pk)

    def item(self, pk: int) -> ChecklistItem:
        """Return the item. Raises Http404."""
        rows = ChecklistItem.objects.visible_to(self.me).select_related("type", "product")
        return get_object_or_404(rows, pk=pk)

    def answer(self, form: Any, title: str, url: str, back_url: str, **more: Any) -> HttpResponse:
        """Show a form, in the side panel or as a page."""
        template = PANEL if wants_partial(self.request) else FORM
        context = {"title": title, "url": url, "back_url": back_url, **more}
        return form_response(self.request, template, form, context)


class TypeListView(SetupView):
    """All types, in use or not."""

    def get(self, request: HttpRequest) -> HttpResponse:
        types = InspectionType.objects.visible_to(self.me)
        return render(request, "inspections/type_list.html", {"types": types})


class TypeView(SetupView):
    """One type with its checklist."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        kind = self.type(pk)
        items = list(kind.items.select_related("product"))
        context = {
            "type": kind,
            "items": [item for item in items if item.is_active],
            "retired": [item for item in items if not item.is_active],
        }
        return render(request, "inspections/type_detail.html", context)


class TypeNewView(SetupView):
    """A new type."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._answer(TypeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TypeForm(request.POST)
        if not form.is_valid():
            return self._answer(form)
        kind = add_type(form.fields_of(), actor=self.me)
        return redirect_to(request, reverse("inspections:type", args=[kind.pk]))

    def _answer(self, form: TypeForm) -> HttpResponse:
        back = reverse("inspections:types")
        return self.answer(form, _("New inspection type"), reverse("inspections:type_new"), back)


class TypeEditView(SetupView):
    """Changes a type."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        kind = self.type(pk)
        return self._answer(TypeForm(instance=kind), kind)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        kind = self.type(pk)
        form = TypeForm(request.POST, instance=self.type(pk))
        if not form.is_valid():
            return self._answer(form, kind)
        version = form.cleaned_data["version"]
        try:
            change_type(kind, form.fields_of(), actor=self.me, version=version)
        except TypeChangedMeanwhile as error:
            form.add_error(None, str(error))
            return self._answer(form, kind)
        return redirect_to(request, reverse("inspections:type", args=[kind.pk]))

    def _answer(self, form: TypeForm, kind: InspectionType) -> HttpResponse:
        back = reverse("inspections:type", args=[kind.pk])
        url = reverse("inspections:type_edit", args=[kind.pk])
        return self.answer(form, _("Edit inspection type"), url, back)


class ItemNewView(SetupView):
    """A new item at the end of a checklist."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        kind = self.type(pk)
        last = kind.items.filter(is_active=True).last()
        names = ("section_ar", "section_en")
        initial = {name: getattr(last, name) for name in names} if last else {}
        return self._answer(ItemForm(editor=self.me, initial=initial), kind)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        kind = self.type(pk)
        form = ItemForm(request.POST, editor=self.me)
        if not form.is_valid():
            return self._answer(form, kind)
        add_item(kind, form.fields_of(), actor=self.me)
        return redirect_to(request, reverse("inspections:type", args=[kind.pk]))

    def _answer(self, form: ItemForm, kind: InspectionType) -> HttpResponse:
        url = reverse("inspections:item_new", args=[kind.pk])
        return self.answer(form, _("New item"), url, reverse("inspections:type", args=[kind.pk]))


class ItemEditView(SetupView):
    """Changes an item that nobody has answered yet."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = self.item(pk)
        return self._answer(ItemForm(editor=self.me, item=item), item)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = self.item(pk)
        form = ItemForm(request.POST, editor=self.me, item=item)
        if not form.is_valid():
            return self._answer(form, item)
        try:
            change_item(item, form.fields_of(), actor=self.me)
        except ItemIsAnswered as error:
            form.add_error(None, str(error))
            return self._answer(form, item)
        return redirect_to(request, reverse("inspections:type", args=[item.type_id]))

    def _answer(self, form: ItemForm, item: ChecklistItem) -> HttpResponse:
        back = reverse("inspections:type", args=[item.type_id])
        url = reverse("inspections:item_edit", args=[item.pk])
        return self.answer(form, _("Edit item"), url, back, is_answered=is_answered(item))


class ItemMoveView(SetupView):
    """Moves an item up or down."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = self.item(pk)
        move_item(item, by=-1 if request.POST.get("to") == "up" else 1, actor=self.me)
        return redirect_to(request, reverse("inspections:type", args=[item.type_id]))


class ItemRetireView(SetupView):
    """Takes an item out of future visits, or brings it back. Its answers stay."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = self.item(pk)
        is_back = request.POST.get("restore", "") != ""
        change_item(item, {"is_active": is_back}, actor=self.me)
        text = _("Back in the checklist.") if is_back else _("Retired.")
        return toast(redirect_to(request, reverse("inspections:type", args=[item.type_id])), text)
