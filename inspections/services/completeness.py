"""Whether the results of a visit are complete."""

from django.utils.translation import gettext as _

from inspections.checklist import lines_of
from inspections.errors import ChecklistIncomplete
from inspections.models import Inspection, InspectionSignature


def missing_of(inspection: Inspection) -> list[str]:
    """Return what is still missing, in words: required items, then the signature."""
    missing = [line.item.label for line in lines_of(inspection) if line.is_missing]
    is_signed = InspectionSignature.objects.filter(inspection=inspection).exists()
    if inspection.type.needs_signature and not is_signed:
        missing.append(_("the customer's signature"))
    return missing


def check_complete(inspection: Inspection) -> None:
    """Raise ChecklistIncomplete, naming the items, unless all that is required is there."""
    if missing := missing_of(inspection):
        raise ChecklistIncomplete(missing)
