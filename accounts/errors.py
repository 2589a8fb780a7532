"""Refusals about people and access, each with a sentence for the person who asked."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm_project.kit.errors import BusinessError


class WrongCredentials(BusinessError):
    """E-mail and password do not belong together, whether the account exists or not."""

    code = "wrong_credentials"
    message = _("The e-mail or the password is not right.")
    http_status = 401


class WrongCode(BusinessError):
    """The one-time or recovery code is wrong, old or already used."""

    code = "wrong_code"
    message = _("This code is not right, or was used already.")
    http_status = 401


class CodeRequired(BusinessError):
    """The password is right and a one-time code is still missing."""

    code = "code_required"
    message = _("Give the one-time code of your authenticator app as well.")
    http_status = 401


class IdentityNotConfirmed(BusinessError):
    """A change of an e-mail, which opens an account, without the password of who makes it."""

    code = "identity_not_confirmed"
    message = _("Changing an e-mail asks for your own password again.")
    http_status = 403


class MfaSetupRequired(BusinessError):
    """The role demands one-time codes and the person has not set them up."""

    code = "mfa_setup_required"
    message = _("Your role asks for a second step. Sign in on the web once and set it up.")
    http_status = 403


class TooManyTries(BusinessError):
    """Too many wrong tries; `retry_after` says in how many seconds the next one is heard."""

    code = "too_many_tries"
    message = _("Too many tries. Wait a few minutes and try again.")
    http_status = 429

    def __init__(self, retry_after: int) -> None:
        self.retry_after = max(1, retry_after)
        super().__init__()


class InvalidToken(BusinessError):
    """A refresh token that is not ours, expired, revoked or used a second time."""

    code = "invalid_token"
    message = _("The token is not valid or has expired.")
    http_status = 401


class RoleAboveOwn(BusinessError):
    """Nobody gives, takes or changes a role that ranks above the own."""

    code = "role_above_own"
    message = _("This role is above your own.")
    http_status = 403


class OwnAccess(BusinessError):
    """Nobody changes the own role, branch or activity."""

    code = "own_access"
    message = _("Nobody can change their own role, branch or access. Ask another manager.")
    http_status = 403


class OutsideOwnBranch(BusinessError):
    """A person of one branch gives nobody access to another."""

    code = "outside_own_branch"
    message = _("This branch is not yours to give.")
    http_status = 403


class LastManager(BusinessError):
    """The company keeps at least one manager who can sign in."""

    code = "last_manager"
    message = _("This is the last company manager. Name another one first.")


class StaleRole(BusinessError):
    """Somebody else saved the role while it was being edited."""

    code = "stale_role"
    message = _("Somebody changed this role meanwhile. Look at it again before you save.")


class OrganisationChangedMeanwhile(BusinessError):
    """Somebody else saved the branch, department or team while it was being edited."""

    code = "edit_conflict"
    message = _("Somebody changed this while you were editing. Check it and save again.")


class EmailTaken(BusinessError):
    """Addresses are unique; somebody else took this one a moment ago."""

    code = "email_taken"
    message = _("An account has this address already.")


class BranchCodeTaken(BusinessError):
    """Codes of branches are unique."""

    code = "branch_code_taken"
    message = _("Another branch has this code.")


class BranchCurrencyFixed(BusinessError):
    """A branch with stock or orders keeps its currency: what they cost is written in it."""

    code = "branch_currency_fixed"
    message = _(
        "What the stock and the orders of this branch cost is written in its currency. Add a branch "
        "with the other currency, and transfer the stock there."
    )


class BranchHasPeople(BusinessError):
    """A branch stays active as long as active people belong to it."""

    code = "branch_has_people"

    def __init__(self, count: int) -> None:
        text = ngettext(
            "%(count)d active person belongs to this branch. Move or deactivate them first.",
            "%(count)d active people belong to this branch. Move or deactivate them first.",
            count,
        )
        super().__init__(text % {"count": count}, field="is_active")


class NotOfThisBranch(BusinessError):
    """Departments and teams are of people of their own branch."""

    code = "not_of_this_branch"
    message = _("Choose people of this branch.")


class StillUsed(BusinessError):
    """What others point to is not removed; `uses` names them with their number."""

    code = "still_used"

    def __init__(self, uses: str) -> None:
        super().__init__(_("It is still used: %(uses)s. Change that first.") % {"uses": uses})
