"""What an operator needs to know: alerts, load by the minute, and the backups with their tests."""

from .alerts import Alert
from .backups import Backup
from .marks import Mark
from .minutes import Minute

__all__ = ["Alert", "Backup", "Mark", "Minute"]
