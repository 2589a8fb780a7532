"""Mails about accounts really leave by SMTP, from the job queue, and a broken server loses none."""

import re
from smtplib import SMTPDataError
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import Notification, User
from accounts.roles import RoleCode
from accounts.services import passwords
from accounts.tasks import send_password_link
from crm_project.kit.jobs import RetryTwice
from crm_project.kit.logs import bind_request_id
from crm_project.settings import env
from tests.factories import make_role
from tests.smtp_server import MailServer, mail_server

__all__ = ["mail_server"]  # a fixture


def ask_for_link(person: User) -> None:
    answer = Client().post("/password/reset/", {"email": person.email})
    assert answer.status_code == 200


def test_a_reset_link_goes_to_its_person_and_works(
    mail_server: MailServer, sales: User, run_jobs: Any
) -> None:
    ask_for_link(sales)
    assert mail_server.mails == []  # the page does not wait for a mail server
    run_jobs()
    ((recipients, _sender, mail),) = mail_server.mails
    assert recipients == [sales.email]
    assert mail["Message-ID"].endswith("@crm.nasma.example>")
    link = re.search(r"https://crm\.nasma\.example(/password/new/\S+)", mail.get_content())
    assert link is not None
    assert Client().get(link[1]).status_code == 200


def test_an_invitation_goes_out_in_the_persons_language(
    mail_server: MailServer, client_of: Any, manager: User, riyadh: Any, run_jobs: Any
) -> None:
    given = {
        "email": "new@demo.example",
        "name": "سلمى",
        "role": make_role(RoleCode.SALES).pk,
        "branch": riyadh.pk,
        "language": "ar",
        "lead_capacity": 5,
    }
    assert client_of(manager).post("/users/new/", given).status_code == 302
    run_jobs()
    ((recipients, _sender, mail),) = mail_server.mails
    assert recipients == ["new@demo.example"]
    assert "مدار" in mail["Subject"]
    assert "سلمى" in mail.get_content()


def test_a_mail_sent_twice_by_one_job_is_one_mail_to_mail_programs(
    mail_server: MailServer, sales: User
) -> None:
    for job in ("job-1", "job-1", "job-2"):
        with bind_request_id(job):
            passwords.mail_reset_link(sales)
    ids = [mail["Message-ID"] for _recipients, _sender, mail in mail_server.mails]
    assert ids[0] == ids[1] != ids[2]


def run(person: User, *, tries_before: int) -> None:
    context = SimpleNamespace(job=SimpleNamespace(attempts=tries_before))
    send_password_link.func(context, user_id=person.pk)


def test_a_job_whose_mail_was_refused_fails_and_so_is_tried_again(
    mail_server: MailServer, sales: User
) -> None:
    mail_server.to_mail = "451 try again later"
    with pytest.raises(SMTPDataError):
        run(sales, tries_before=0)
    assert isinstance(send_password_link.retry_strategy, RetryTwice)
    mail_server.to_mail = "250 kept"
    run(sales, tries_before=1)
    assert [recipients for recipients, _sender, _mail in mail_server.mails] == [[sales.email]]


def test_when_no_try_could_send_a_mail_the_managers_hear_of_it_once(
    mail_server: MailServer, sales: User, manager: User, client_of: Any
) -> None:
    mail_server.to_mail = "550 no such host"
    for tries_before in (0, 1, 2, 2):
        with pytest.raises(SMTPDataError):
            run(sales, tries_before=tries_before)
    notice = Notification.objects.get(user=manager)
    assert (notice.kind, notice.subject) == ("mail.unsent", sales.email)
    assert notice.url == sales.get_absolute_url()
    drawer = client_of(manager).get("/notifications/").content.decode()
    assert "A mail could not be sent" in drawer


def test_a_mail_server_that_is_not_even_there_is_told_too(
    settings: Any, sales: User, manager: User
) -> None:
    for name, value in env.email("smtp://127.0.0.1:1").items():
        setattr(settings, name, value)
    with pytest.raises(ConnectionRefusedError):
        run(sales, tries_before=2)
    assert Notification.objects.filter(user=manager, kind="mail.unsent").exists()


def test_a_mail_server_that_hangs_holds_no_worker_for_long(settings: Any) -> None:
    assert 0 < settings.EMAIL_TIMEOUT <= 10  # seconds
