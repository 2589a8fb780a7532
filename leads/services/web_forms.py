"""Web forms: made with their channel, changed, logged."""

from django.db import transaction

from accounts.models import User
from accounts.services import record
from leads.models import WebForm
from messaging.models import Channel
from messaging.models.channels import ChannelKind

LOGGED = ("name", "title_ar", "title_en", "origins", "mapping", "is_active")


@transaction.atomic
def save_web_form(form: WebForm, *, actor: User) -> WebForm:
    """Store a form; a new one gets a channel of its branch. The secret is never logged."""
    is_new = form.pk is None
    known = WebForm.objects.filter(pk=form.pk).first()
    if is_new:
        form.channel = Channel.objects.create(
            kind=ChannelKind.WEB_FORM, name=form.name[:80], branch=form.branch, external_id=form.key
        )
    form.save()
    changes = {
        name: [getattr(known, name, None), getattr(form, name)]
        for name in LOGGED
        if getattr(known, name, None) != getattr(form, name)
    }
    record(actor, f"web_form.{'created' if is_new else 'changed'}", form, changes=changes)
    return form
