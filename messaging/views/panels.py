"""What messaging shows on the pages of others."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.models import User
from crm_project.kit.views import Declared
from customers.models import Customer
from messaging.models import Conversation, Message
from messaging.permissions import LIFT_ADDRESS, VIEW_MESSAGE
from messaging.services.bounced import addresses_held, lift_address

MOST_CONVERSATIONS, MOST_MESSAGES = 6, 30


class CustomerConversationsView(Declared, View):
    """The customer's conversations and the last words of each, for the customer's page."""

    permission_required = VIEW_MESSAGE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = cast(User, request.user)
        customer = get_object_or_404(Customer.objects.visible_to(user), pk=pk)
        rows = Conversation.objects.visible_to(user).filter(customer=customer)
        conversations = list(rows.order_by("-last_message_at")[:MOST_CONVERSATIONS])
        written = Message.objects.visible_to(user).filter(conversation__in=conversations)
        newest = list(written.select_related("author").order_by("-sent_at", "-pk")[:MOST_MESSAGES])
        held = addresses_held(conversations)
        threads = [
            (
                row,
                [one for one in reversed(newest) if one.conversation_id == row.pk],
                held.get(row.pk),
            )
            for row in conversations
        ]
        context = {"customer": customer, "threads": threads}
        return render(request, "messaging/partials/customer_panel.html", context)


class AllowAddressView(Declared, View):
    """Lets mails go again to an address from which they came back."""

    permission_required = LIFT_ADDRESS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = cast(User, request.user)
        rows = Conversation.objects.visible_to(user, LIFT_ADDRESS)
        lift_address(get_object_or_404(rows, pk=pk), actor=user)
        messages.success(request, _("Mails may go to this address again."))
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
