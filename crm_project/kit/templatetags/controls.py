"""`{% control field %}`: a form field's control with Bootstrap's classes, whatever the widget."""

from django import forms, template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm_project.kit.forms import name_empty_choice

register = template.Library()


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Render the control. Its aria wiring (described by help and problem, invalid) is Django's own."""
    name_empty_choice(field.field)
    widget = field.field.widget
    classes = [*str(widget.attrs.get("class", "")).split(), _bootstrap_class(widget)]
    if field.errors:
        classes.append("is-invalid")
    shown = field.as_widget(attrs={"class": " ".join(dict.fromkeys(filter(None, classes)))})
    return _file_box(shown) if isinstance(widget, forms.FileInput) else shown


def _file_box(shown: SafeString) -> SafeString:
    """A file's field in our words: the browser's own button speaks the browser's language."""
    return format_html(
        '<span class="file-box"><span class="btn btn-plain btn-sm">{}</span>'
        '<span class="file-name truncate muted" data-file-name>{}</span>{}</span>',
        _("Choose a file"), _("No file chosen"), shown,
    )  # fmt: skip


def _bootstrap_class(widget: forms.Widget) -> str:
    """The class for this kind of control; hidden ones need none."""
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    if isinstance(widget, forms.FileInput):
        return "file-in"
    return "" if widget.is_hidden else "form-control"
