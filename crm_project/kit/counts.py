"""Whole numbers inside sentences."""


class Grouped(int):
    """A whole number that is written as 12,500 wherever it is put into a sentence.

    As a number it chooses the plural; as text (`str`, `%s`, `{{ n }}`) it has its thousands grouped.

    >>> "%(n)s leads" % {"n": Grouped(12500)}
    '12,500 leads'
    """

    def __str__(self) -> str:
        return f"{int(self):,}"
