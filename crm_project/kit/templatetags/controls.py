"""`{% control field %}`: a form field's control with Bootstrap's classes, whatever the widget."""

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

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
    return field.as_widget(attrs={"class": " ".join(dict.fromkeys(filter(None, classes)))})


def _bootstrap_class(widget: forms.Widget) -> str:
    """The class for this kind of control; hidden ones need none."""
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "" if widget.is_hidden else "form-control"
