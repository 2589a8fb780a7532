"""Documents of orders by API: PDFs for who sees the order; refusals stay problem documents."""

from orders.models import Order

URL = "/api/v1/orders/"
PDF = {"Accept": "application/pdf"}


def test_a_quote_and_an_invoice_are_read_by_who_sees_the_order(
    api_of, sales, sales_b, quote, goods, confirmed
):
    draft, order = quote((goods(), 1)), confirmed((goods(), 1))
    api = api_of(sales)
    answer = api.get(f"{URL}{draft.pk}/documents/quote/", {"lang": "en"}, headers=PDF)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content[:5] == b"%PDF-"
    assert api.get(f"{URL}{order.pk}/documents/invoice/").content[:5] == b"%PDF-"
    early = api.get(f"{URL}{draft.pk}/documents/invoice/", headers=PDF)
    assert (early.status_code, early["Content-Type"]) == (404, "application/problem+json")
    assert api.get(f"{URL}{order.pk}/documents/secret/").status_code == 404
    assert api_of(sales_b).get(f"{URL}{order.pk}/documents/quote/", headers=PDF).status_code == 404


def test_a_receipt_and_a_delivery_note_are_read(api_of, manager, goods, confirmed):
    order = confirmed((goods(), 1))
    api = api_of(manager)
    paid = api.post(f"{URL}{order.pk}/payments/", {"amount": "5", "method": "cash"})
    assert paid.status_code == 201, paid.content
    receipt = paid.json()["payments"][0]["id"]
    assert api.get(f"/api/v1/payments/{receipt}/receipt/", headers=PDF).content[:5] == b"%PDF-"
    shipped = api.post(f"{URL}{order.pk}/ship/", {})
    note = shipped.json()["shipments"][0]["id"]
    url = f"{URL}{order.pk}/delivery-notes/{note}/"
    assert api.get(url, headers=PDF).content[:5] == b"%PDF-"
    other = confirmed((goods(), 1))
    assert api.get(f"{URL}{other.pk}/delivery-notes/{note}/").status_code == 404
    assert Order.objects.count() == 2
