"""Answers that are files."""

from rest_framework.renderers import JSONRenderer


class FileRenderer(JSONRenderer):
    """For an action that answers with a file: whatever `Accept` asks for, refusals are JSON."""

    media_type = "*/*"
    format = ""
