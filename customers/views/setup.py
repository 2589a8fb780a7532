"""Settings → what the company keeps of customers: its own fields, categories and tags."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm_project.kit.counts import Grouped
from crm_project.kit.errors import BusinessError
from crm_project.kit.htmx import toast, trigger, wants_partial
from customers import permissions
from customers.errors import CustomFieldChangedMeanwhile
from customers.forms.setup import CategoryForm, FieldForm, TagForm
from customers.models import Category, CustomField, Tag
from customers.services import (
    add_tag,
    change_field,
    define_field,
    merge_tags,
    move_field,
    remove_category,
    remove_tag,
    rename_tag,
    retire_field,
    save_category,
)

from .reach import CustomerView

FIELDS = "customers/partials/setup_field_list.html"
FIELD_FORM = "customers/partials/setup_field_panel.html"
LABELS = "customers/partials/setup_label_list.html"
LABEL_FORM = "customers/partials/setup_label_panel.html"
PAGE_OF = {FIELD_FORM: "customers/setup_form.html", LABEL_FORM: "customers/setup_form.html"}


class SetUpView(CustomerView):
    """A page of the set-up."""

    permission_required = permissions.SET_UP

    def form_answer(
        self, form: Any, panel: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        """Show a form in the side panel, or as a page without scripts."""
        template = panel if wants_partial(self.request) else PAGE_OF[panel]
        body = panel.replace("_panel", "_fields")
        context = {**context, "form": form, "url": self.request.path, "body": body}
        return render(self.request, template, context, status=status)

    def done(self, text: str, event: str, page: str) -> HttpResponse:
        """Close the panel and refresh the list, or go back to it."""
        if not wants_partial(self.request):
            return redirect(page)
        events = {"close-dialog": True, event: True}
        return toast(trigger(HttpResponse(status=204), **events), text)


class FieldListView(SetUpView):
    """The fields in their order, and the retired ones."""

    def get(self, request: HttpRequest) -> HttpResponse:
        fields = list(CustomField.objects.visible_to(self.me))
        context = {
            "fields": [field for field in fields if field.is_active],
            "retired": [field for field in fields if not field.is_active],
        }
        template = FIELDS if wants_partial(request) else "customers/setup_fields.html"
        return render(request, template, context)


class FieldNewView(SetUpView):
    """Adds a field."""

    def get(self, request: HttpRequest, **_field: int) -> HttpResponse:
        form = FieldForm(field=self.field())
        return self.form_answer(form, FIELD_FORM, {"title": self.title()})

    def post(self, request: HttpRequest, **_field: int) -> HttpResponse:
        field = self.field()
        form = FieldForm(request.POST, field=field)
        if form.is_valid():
            try:
                self.save(form, field)
            except BusinessError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
                if isinstance(error, CustomFieldChangedMeanwhile) and field:
                    form.data = request.POST.copy()
                    form.data["version"] = str(field.version)
            else:
                return self.done(_("Saved."), "customer-fields-changed", "customers:fields")
        return self.form_answer(form, FIELD_FORM, {"title": self.title()}, status=422)

    def field(self) -> CustomField | None:
        """Return the field to change; none here."""
        return None

    def title(self) -> str:
        """Return what the panel is called."""
        return _("New field")

    def save(self, form: FieldForm, field: CustomField | None) -> None:
        """Save it by its service."""
        define_field(form.draft(), actor=self.me)


class FieldEditView(FieldNewView):
    """Changes a field."""

    def field(self) -> CustomField | None:
        return get_object_or_404(CustomField, pk=self.kwargs["field_pk"])

    def title(self) -> str:
        return _("Edit field")

    def save(self, form: FieldForm, field: CustomField | None) -> None:
        assert field is not None  # field() found it
        version = form.cleaned_data.get("version")
        change_field(field, form.draft(), actor=self.me, version=version)


class FieldExtraView(SetUpView):
    """What a kind asks besides: bounds of a number, the list of choices, one more choice."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if "row" in request.GET:
            row = {"code": "", "ar": "", "en": ""}
            return render(request, "customers/partials/setup_choice_row.html", {"row": row})
        form = FieldForm(request.GET)
        form.choice_rows = form.choice_rows or [{"code": "", "ar": "", "en": ""}] * 2
        form.is_bound = False
        form.initial = {"kind": request.GET.get("kind", "")}
        return render(request, "customers/partials/setup_field_extra.html", {"form": form})


class FieldMoveView(SetUpView):
    """Moves a field up or down."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, field_pk: int) -> HttpResponse:
        field = get_object_or_404(CustomField, pk=field_pk)
        move_field(field, step=-1 if request.POST.get("up") else 1, actor=self.me)
        return _list_again(request)


class FieldRetireView(SetUpView):
    """Takes a field out of use, or brings it back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, field_pk: int) -> HttpResponse:
        field = get_object_or_404(CustomField, pk=field_pk)
        is_active = bool(request.POST.get("restore"))
        retire_field(field, actor=self.me, is_active=is_active)
        text = _("Field in use again.") if is_active else _("Field retired. Its values stay.")
        return toast(_list_again(request), text)


class LabelListView(SetUpView):
    """Categories and tags with how many customers have each."""

    def get(self, request: HttpRequest) -> HttpResponse:
        counted = Count("customers")
        context = {
            "categories": Category.objects.visible_to(self.me)
            .annotate(count=counted)
            .order_by("position", "pk"),
            "tags": Tag.objects.visible_to(self.me).annotate(count=counted).order_by("name"),
        }
        template = LABELS if wants_partial(request) else "customers/setup_labels.html"
        return render(request, template, context)


class CategoryNewView(SetUpView):
    """Adds a category, or changes the one in the address."""

    def get(self, request: HttpRequest, **_category: int) -> HttpResponse:
        category = self.category()
        return self._show(CategoryForm(category=category), category)

    def post(self, request: HttpRequest, **_category: int) -> HttpResponse:
        category = self.category()
        form = CategoryForm(request.POST, category=category)
        if form.is_valid():
            try:
                save_category(category, form.draft(), actor=self.me)
            except BusinessError as error:
                form.add_error(error.field, str(error))
            else:
                return self.done(_("Saved."), "labels-changed", "customers:labels")
        return self._show(form, category, status=422)

    def category(self) -> Category | None:
        """Return the category to change; none here."""
        return None

    def _show(
        self, form: CategoryForm, category: Category | None, *, status: int = 200
    ) -> HttpResponse:
        title = _("Edit category") if category else _("New category")
        remove = reverse("customers:category_remove", args=[category.pk]) if category else ""
        context = {"title": title, "remove_url": remove, "removed": category}
        return self.form_answer(form, LABEL_FORM, context, status=status)


class CategoryEditView(CategoryNewView):
    """Changes a category."""

    def category(self) -> Category | None:
        return get_object_or_404(Category, pk=self.kwargs["category_pk"])


class CategoryRemoveView(SetUpView):
    """Removes a category; its customers have none then."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, category_pk: int) -> HttpResponse:
        category = get_object_or_404(Category, pk=category_pk)
        remove_category(category, actor=self.me)
        return self.done(_("Category removed."), "labels-changed", "customers:labels")


class TagNewView(SetUpView):
    """Adds a tag."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(TagForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TagForm(request.POST)
        if form.is_valid():
            try:
                add_tag(form.cleaned_data["name"], actor=self.me)
            except BusinessError as error:
                form.add_error(error.field, str(error))
            else:
                return self.done(_("Saved."), "labels-changed", "customers:labels")
        return self._show(form, status=422)

    def _show(self, form: TagForm, *, status: int = 200) -> HttpResponse:
        return self.form_answer(form, LABEL_FORM, {"title": _("New tag")}, status=status)


class TagEditView(SetUpView):
    """Renames a tag, or makes it one with another."""

    def get(self, request: HttpRequest, tag_pk: int) -> HttpResponse:
        tag = get_object_or_404(Tag, pk=tag_pk)
        return self._show(TagForm(tag=tag), tag)

    def post(self, request: HttpRequest, tag_pk: int) -> HttpResponse:
        tag = get_object_or_404(Tag, pk=tag_pk)
        form = TagForm(request.POST, tag=tag)
        if form.is_valid():
            try:
                text = self._save(form, tag)
            except BusinessError as error:
                form.add_error(error.field, str(error))
            else:
                return self.done(text, "labels-changed", "customers:labels")
        return self._show(form, tag, status=422)

    def _save(self, form: TagForm, tag: Tag) -> str:
        into = form.cleaned_data["into"]
        if not into:
            rename_tag(tag, form.cleaned_data["name"], actor=self.me)
            return _("Saved.")
        count = merge_tags(tag, into, actor=self.me)
        text = ngettext("Merged; %(count)s customer had it.", "Merged; %(count)s had it.", count)
        return text % {"count": Grouped(count)}

    def _show(self, form: TagForm, tag: Tag, *, status: int = 200) -> HttpResponse:
        remove = reverse("customers:tag_remove", args=[tag.pk])
        context = {"title": _("Edit tag"), "remove_url": remove, "removed": tag}
        return self.form_answer(form, LABEL_FORM, context, status=status)


class TagRemoveView(SetUpView):
    """Takes a tag off all customers."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, tag_pk: int) -> HttpResponse:
        remove_tag(get_object_or_404(Tag, pk=tag_pk), actor=self.me)
        return self.done(_("Tag removed."), "labels-changed", "customers:labels")


def _list_again(request: HttpRequest) -> HttpResponse:
    """The list of fields after one of them changed."""
    view = FieldListView()
    view.setup(request)
    return view.get(request)
