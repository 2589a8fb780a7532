"""The fields that a column can go to, with what other programs and people call them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.masking import IDENTIFIERS, is_visible
from customers.models import CustomField
from exchange.resource import Field

CUSTOM = "custom:"  # before the code of a company's own field
OLD_NUMBER = "old_number"  # the own field that keeps numbers of other systems
SECRET = ("national_id", "tax_id")
CONSENTS = ("consent_marketing", "consent_whatsapp", "consent_email", "opt_out")

FIELDS = (
    Field(
        code="name",
        label=_("Full name"),
        looks="name",
        synonyms=(
            *("Name", "Customer name", "Contact name", "Client name", "Client", "Customer"),
            *("Display name", "Contact", "Person", "File as", "Account holder", "الاسم", "اسم"),
            *(
                "اسم العميل",
                "العميل",
                "الاسم الكامل",
                "الاسم الثلاثي",
                "اسم الزبون",
                "الاسم الرباعي",
            ),
        ),
    ),
    Field(
        code="first_name",
        label=_("First name"),
        synonyms=("Given name", "Forename", "Firstname", "الاسم الأول", "اسم أول"),
    ),
    Field(
        code="middle_name",
        label=_("Middle name"),
        synonyms=("Additional name", "Second name", "الاسم الأوسط", "اسم الأب", "الاسم الثاني"),
    ),
    Field(
        code="last_name",
        label=_("Last name"),
        synonyms=(
            *("Family name", "Surname", "Lastname", "الاسم الأخير", "اسم العائلة", "العائلة"),
            "اللقب",
        ),
    ),
    Field(
        code="company",
        label=_("Company"),
        synonyms=(
            *("Company name", "Company / Account", "Account name", "Organization", "Organisation"),
            *("Organization name", "Organisation name", "Associated company", "Employer", "Firm"),
            *("Business name", "Related company", "الشركة", "اسم الشركة", "المنشأة", "المؤسسة"),
            *("اسم المنشأة", "اسم المؤسسة", "الجهة", "جهة العمل"),
        ),
    ),
    Field(
        code="kind",
        label=_("Kind"),
        synonyms=(
            *("Customer type", "Contact type", "Company type", "Is a company", "Is company"),
            *("نوع العميل", "النوع", "نوع"),
        ),
    ),
    Field(
        code="phone",
        label=_("Phone"),
        is_many=True,
        looks="phone",
        synonyms=(
            *("Phone number", "Phone numbers", "Phones", "Mobile", "Mobile number", "Mobile phone"),
            *("Mobile phone number", "Cell", "Cell phone", "Cellphone", "Telephone", "Tel"),
            *("Tel number", "Primary phone", "Business phone", "Work phone", "Home phone"),
            *("Other phone", "Company main phone", "Contact number", "Phone value", "WhatsApp"),
            *("WhatsApp number", "WhatsApp phone number", "Office phone", "الجوال", "رقم الجوال"),
            *("جوال", "الهاتف", "رقم الهاتف", "هاتف", "الموبايل", "رقم الموبايل", "موبايل"),
            *("التليفون", "التلفون", "رقم التليفون", "المحمول", "رقم المحمول", "واتساب"),
            *("الواتساب", "رقم الواتساب", "رقم التواصل", "الأرقام", "هاتف العمل", "هاتف المنزل"),
        ),
    ),
    Field(
        code="email",
        label=_("E-mail"),
        is_many=True,
        looks="email",
        synonyms=(
            *("Email", "Emails", "E-mails", "Mail", "Email address", "E-mail address"),
            *("Email addresses", "E-mail value", "Email value", "Work email", "Personal email"),
            *("Primary email", "Other email", "البريد", "البريد الإلكتروني", "بريد", "الايميل"),
            *("ايميل", "الإيميل", "بريد إلكتروني", "عنوان البريد"),
        ),
    ),
    Field(
        code="city",
        label=_("City"),
        synonyms=(
            *("Town", "Business city", "Work city", "Home city", "Mailing city", "Billing city"),
            *("Address city", "المدينة", "مدينة"),
        ),
    ),
    Field(
        code="district",
        label=_("District"),
        synonyms=("Neighborhood", "Neighbourhood", "الحي", "حي"),
    ),
    Field(
        code="address",
        label=_("Address"),
        is_many=True,
        synonyms=(
            *("Street", "Street address", "Business street", "Home street", "Mailing street"),
            *("Billing street", "Address formatted", "Address street", "Business address"),
            *("Home address", "Street2", "العنوان", "عنوان", "الشارع"),
        ),
    ),
    Field(
        code="postal_code",
        label=_("Postal code"),
        synonyms=(
            *("Zip", "Zip code", "Postcode", "Business postal code", "Mailing zip/postal code"),
            *("Address postal code", "الرمز البريدي"),
        ),
    ),
    Field(
        code="country",
        label=_("Country"),
        synonyms=(
            *("Country/Region", "Business country/region", "Home country/region"),
            *("Mailing country", "Billing country", "Address country", "البلد", "الدولة", "دولة"),
        ),
    ),
    Field(
        code="category",
        label=_("Category"),
        synonyms=(
            *("Customer category", "Segment", "Tier", "Class", "الفئة", "فئة العميل", "التصنيف"),
            "تصنيف العميل",
        ),
    ),
    Field(
        code="tags",
        label=_("Tags"),
        is_many=True,
        synonyms=(
            *("Tag", "Labels", "Label", "Group membership", "Categories", "Groups", "الوسوم"),
            *("وسوم", "علامات", "المجموعات", "التصنيفات"),
        ),
    ),
    Field(
        code="status",
        label=_("Status"),
        synonyms=("Customer status", "Contact status", "الحالة", "حالة العميل"),
    ),
    Field(
        code="owner",
        label=_("Responsible"),
        synonyms=(
            *("Owner", "Contact owner", "Account owner", "Lead owner", "Record owner", "Rep"),
            *("Sales rep", "Salesperson", "Sales person", "Assigned to", "Account manager"),
            *("المسؤول", "المندوب", "مسؤول المبيعات", "مندوب المبيعات", "البائع", "مدير الحساب"),
        ),
    ),
    Field(
        code="source",
        label=_("Source"),
        synonyms=("Lead source", "Original source", "المصدر", "مصدر العميل", "كيف عرفتنا"),
    ),
    Field(
        code="language",
        label=_("Language"),
        synonyms=("Preferred language", "Lang", "اللغة", "لغة التواصل"),
    ),
    Field(
        code="number",
        label=_("Number in the old system"),
        synonyms=(
            *("Code", "Customer number", "Customer code", "Customer id", "Record id", "Lead id"),
            *("Contact id", "Account id", "Account number", "External id", "Id", "Ref", "Number"),
            *("Reference", "رقم العميل", "كود العميل", "الكود", "الرقم", "المعرف"),
        ),
    ),
    Field(
        code="created",
        label=_("Customer since"),
        looks="date",
        synonyms=(
            *("Created", "Created on", "Created at", "Create date", "Created date"),
            *("Date created", "Registration date", "First order date", "First bought"),
            *("Creation date", "تاريخ الإنشاء", "تاريخ التسجيل", "تاريخ الإضافة", "عميل منذ"),
            "أول شراء",
        ),
    ),
    Field(
        code="notes",
        label=_("Note"),
        is_many=True,
        synonyms=(
            *("Notes", "Description", "Comment", "Comments", "Remarks", "Internal notes"),
            *("ملاحظات", "ملاحظة", "الملاحظات", "وصف", "تعليقات", "تعليق"),
        ),
    ),
    Field(
        code="consent_marketing",
        label=_("Consent to offers"),
        synonyms=(
            *("Marketing consent", "Consent", "Opt in", "Newsletter", "Accepts marketing"),
            *("موافقة التسويق", "الموافقة على العروض", "موافقة على العروض"),
        ),
    ),
    Field(
        code="consent_whatsapp",
        label=_("Consent to offers on WhatsApp"),
        synonyms=(
            *("WA consent", "WhatsApp consent", "WhatsApp opt in", "SMS consent"),
            *("موافقة واتساب", "موافقة الواتساب"),
        ),
    ),
    Field(
        code="consent_email",
        label=_("Consent to offers by e-mail"),
        synonyms=("Email consent", "Email opt in", "موافقة البريد", "موافقة الايميل"),
    ),
    Field(
        code="opt_out",
        label=_("Wants no offers"),
        synonyms=(
            *("Opt out", "Email opt out", "Unsubscribed", "Unsubscribed from all email"),
            *("Has opted out of email", "Do not contact", "Do not email", "إلغاء الاشتراك"),
        ),
    ),
    Field(
        code="national_id",
        label=_("National id"),
        synonyms=(
            *("National ID number", "Id number", "Identity number", "Iqama", "Iqama number"),
            *("رقم الهوية", "الهوية", "الهوية الوطنية", "رقم الإقامة", "السجل المدني"),
            "الرقم القومي",
        ),
    ),
    Field(
        code="tax_id",
        label=_("Tax number"),
        synonyms=(
            *("Tax id", "VAT number", "VAT", "TRN", "VAT registration number", "الرقم الضريبي"),
            "رقم التسجيل الضريبي",
        ),
    ),
)


def fields_for(actor: Any) -> Sequence[Field]:
    """Return the fields for this person, the company's own ones last."""
    sees_secrets = is_visible(actor, IDENTIFIERS)
    known = [one for one in FIELDS if sees_secrets or one.code not in SECRET]
    own = CustomField.objects.filter(is_active=True).exclude(code=OLD_NUMBER)
    return [*known, *map(_own, own)]


def _own(field: CustomField) -> Field:
    looks = {CustomField.Kind.DATE: "date", CustomField.Kind.NUMBER: "number"}
    return Field(
        code=f"{CUSTOM}{field.code}",
        label=field.name,
        synonyms=tuple(filter(None, (field.name_ar, field.name_en, field.code))),
        is_many=field.kind == CustomField.Kind.CHOICES,
        looks=looks.get(CustomField.Kind(field.kind), ""),
    )
