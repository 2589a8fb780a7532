"""Files of messages: the very bytes that were sent."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from messaging import permissions

from .conversations import Message


class MessageFileQuerySet(ScopedQuerySet):
    """Reads of files, as visible as the conversation of their message."""

    view_permission = permissions.VIEW_MESSAGE
    owner_path = "message__conversation__owner"
    branch_path = "message__conversation__branch"


class MessageFile(models.Model):
    """A file that goes with a message. Kept as sent, so that it never differs from what left.

    `about` and `part` say what it shows in the words of the app that made it: "order:42", "quote".
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(max_length=80)
    body = models.BinaryField()
    size = models.PositiveIntegerField(_("size"))  # bytes
    sha256 = models.CharField(max_length=64)
    about = models.CharField(max_length=40, blank=True)
    part = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, editable=False)  # its time was over: no bytes

    objects = MessageFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a message")
        verbose_name_plural = _("files of messages")
        indexes = [
            models.Index(
                fields=["about", "part", "-id"],
                condition=~models.Q(about=""),
                name="message_file_about",
            ),
            models.Index(
                fields=["created_at"],
                condition=models.Q(removed_at=None),
                name="message_file_oldest",
            ),
        ]

    def __str__(self) -> str:
        return self.name
