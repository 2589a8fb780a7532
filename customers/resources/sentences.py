"""What is wrong with a customer's cell, and how to mend it, in plain words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# code: (two or three words, a sentence with the remedy)
SENTENCES: dict[str, tuple[Any, Any]] = {
    "no_name": (
        _("No name"),
        _("No name, company, phone or e-mail. Fill in one of them, or delete the row."),
    ),
    "name_from_contact": (
        _("No name"),
        _("There is no name, so the customer is called %(value)s for now."),
    ),
    "name_is_known": (
        _("Known name"),
        _("There is a customer with a name like this: %(other)s. After the import it is compared."),
    ),
    "matches_several": (
        _("Fits several"),
        _("Number, phone and e-mail belong to different customers. The first of them counts."),
    ),
    "not_a_phone": (_("Not a phone"), _("This is no phone number. Correct it, or empty the cell.")),
    "phone_too_short": (
        _("Short phone"),
        _("The phone has too few digits. Write it with its country code, like +966551234567."),
    ),
    "phone_invalid": (
        _("Wrong phone"),
        _("No such number in this country. Check it, or write it with its country code."),
    ),
    "phone_shortened": (
        _("Shortened phone"),
        _("A spreadsheet shortened this number. Format the column as text and save it again."),
    ),
    "email_without_at": (_("Wrong e-mail"), _("An e-mail address has an @ in the middle.")),
    "email_without_dot": (
        _("Wrong e-mail"),
        _("The e-mail lacks its ending, like .com or .sa."),
    ),
    "email_mended": (_("Wrong e-mail"), _("Do you mean %(meant)s?")),
    "email_invalid": (_("Wrong e-mail"), _("No e-mail can be written to this address.")),
    "unknown_country": (
        _("Unknown country"),
        _("We don't know this country. Phones are read as of the branch's country."),
    ),
    "unknown_category": (
        _("Unknown category"),
        _("There is no such category. Let the import add missing ones, or choose another."),
    ),
    "unknown_category_meant": (
        _("Unknown category"),
        _("There is no such category. Do you mean %(meant)s?"),
    ),
    "unknown_owner": (
        _("Unknown colleague"),
        _("Nobody in the team is called this. Write the name or e-mail of a colleague."),
    ),
    "unknown_owner_meant": (
        _("Unknown colleague"),
        _("Nobody in the team is called this. Do you mean %(meant)s?"),
    ),
    "may_not_assign": (
        _("Unknown colleague"),
        _("Your role may not hand customers to a colleague. Leave the cell empty."),
    ),
    "unknown_status": (_("Unknown status"), _("We don't know this status. Active is taken.")),
    "unknown_source": (_("Unknown source"), _("We don't know this source. Import is taken.")),
    "unknown_language": (
        _("Unknown language"),
        _("We know Arabic and English. Arabic is taken."),
    ),
    "custom_value": (_("Wrong value"), "%(problem)s"),
    "in_the_future": (_("Wrong date"), _("This day is still to come.")),
}
