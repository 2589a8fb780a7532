"""Keys under which a name is found in the database, in whatever script it is written."""

from customers.matching import name_keys


def keys_of(*, person: str = "", company: str = "") -> list[str]:
    """Return blocking keys of a person's and a company's name; the two kinds never mix."""
    people = [f"p:{key}"[:40] for key in name_keys(person, kind="person")] if person else []
    firms = [f"c:{key}"[:40] for key in name_keys(company, kind="company")] if company else []
    return sorted({*people, *firms})
