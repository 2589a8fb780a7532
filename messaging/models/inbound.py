"""Files of messages that we were told of: WhatsApp media, attachments of mails, uploads of forms."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from messaging import permissions

from .conversations import Message


class InboundFileQuerySet(ScopedQuerySet):
    """Reads of files, as visible as the conversation of their message."""

    view_permission = permissions.VIEW_MESSAGE
    owner_path = "message__conversation__owner"
    branch_path = "message__conversation__branch"


class InboundFile(models.Model):
    """One file of a message: first only known of, then kept, or not and why.

    The name on the disk is random, and nothing outside serves it. The message's details repeat what
    a chip shows (`as_chip`), so that a thread asks for nothing.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being fetched")
        KEPT = "kept", _("Kept")
        REFUSED = "refused", _("Not kept")
        FAILED = "failed", _("Could not be fetched")
        REMOVED = "removed", _("Removed")

    message = models.ForeignKey(Message, models.CASCADE, related_name="received_files")
    place = models.PositiveSmallIntegerField(_("place"))  # among the files of the message, from 0
    media_id = models.CharField(max_length=300, blank=True)  # WhatsApp; a mail has its raw self
    url = models.CharField(max_length=2_048, blank=True)  # of a form's upload, at its service
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(max_length=80, blank=True)  # by content, not by name
    size = models.PositiveBigIntegerField(_("size"), default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.FileField(_("file"), upload_to="messages/", max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=40, blank=True)  # see messaging.words.FILE_REASONS
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, editable=False)  # when its time was over

    objects = InboundFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("received file")
        verbose_name_plural = _("received files")
        constraints = [
            models.UniqueConstraint(fields=["message", "place"], name="inbound_file_once")
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(state="kept"), name="inbound_file_oldest"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def as_chip(self) -> dict[str, Any]:
        """What the message's details keep of it."""
        return {
            "place": self.place,
            "name": self.name,
            "size": self.size,
            "state": str(self.state),
            "reason": self.reason,
        }
