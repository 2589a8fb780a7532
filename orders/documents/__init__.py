"""Quotes, invoices, receipts and delivery notes as PDF, in Arabic or English."""

from .printing import print_delivery_note, print_order, print_receipt

__all__ = ["print_delivery_note", "print_order", "print_receipt"]
