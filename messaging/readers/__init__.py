"""From a raw signal to messages: one reader per channel that messaging itself understands."""

from .email import read_email
from .whatsapp import read_whatsapp

READERS = {"whatsapp": read_whatsapp, "email": read_email}
