"""Facts about stock."""

from dataclasses import dataclass

from crm_project.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class StockFellLow(Event):
    """A product fell to its reorder point in a warehouse; its alert is open."""

    alert_id: int
