"""Why two names match or do not: English sentences to be shown through `gettext`."""


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translation; Django's own wants settings, the matcher runs without."""
    return sentence


SAME_WRITING = gettext_noop("Written the same")
SAME_FULL_NAME = gettext_noop("All parts of the name agree")
GIVEN_AND_FAMILY = gettext_noop("Given name and family name agree")
FATHER_MISSING = gettext_noop("A middle name is missing on one side")
FAMILY_MISSING = gettext_noop("The family name is missing on one side")
INITIAL_FITS = gettext_noop("An initial fits the full name")
SLIP = gettext_noop("Differs by what looks like a slip of the pen")
ONE_WORD = gettext_noop("Only one word to compare")
OTHER_GIVEN = gettext_noop("Another given name")
OTHER_MIDDLE = gettext_noop("Another middle name")
OTHER_FAMILY = gettext_noop("Another family name")
SAME_BRAND = gettext_noop("The company's own name agrees")
SAME_ACTIVITY = gettext_noop("The activity agrees")
ACTIVITY_MISSING = gettext_noop("The activity is missing or partly missing on one side")
CITY_MISSING = gettext_noop("The city is missing on one side")
OTHER_BRAND = gettext_noop("Another company name")
OTHER_ACTIVITY = gettext_noop("Another activity")
OTHER_CITY = gettext_noop("Another city")
OTHER_NUMBER = gettext_noop("Another number")
OTHER_KIN = gettext_noop("Sons, brothers or partners on one side only")
ONLY_GENERAL = gettext_noop("Only general words to compare")
