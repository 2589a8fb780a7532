"""Fixtures of the whole suite. Real PostgreSQL, real Redis where it is there, a real browser."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from playwright.sync_api import expect, sync_playwright
from rest_framework.test import APIClient

from accounts.models import CompanySettings, User
from accounts.roles import RoleCode
from accounts.services import keys
from tests import factories
from tests.emptying import empty_tables

SHARED = Path(settings.BASE_DIR).parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared/data absent")


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: their driver leaves an event loop running in this thread, and
    code that bridges to async (live updates) would then refuse to work for the tests after it."""
    items.sort(key=lambda item: "browser_process" in getattr(item, "fixturenames", ()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """Hostile input ends up in captured logs; what UTF-8 cannot say would stop a parallel run."""
    report: Any = yield
    report.sections = [
        (name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections
    ]
    return report


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> None:
    """Tests with real commits end with their rows deleted."""
    TransactionTestCase._fixture_teardown = empty_tables


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    """Rate limits and the kept company of one test do not reach the next."""
    cache.clear()
    CompanySettings.forget()


@pytest.fixture
def company(db: None) -> Any:
    return factories.make_company()


@pytest.fixture
def riyadh(company: Any) -> Any:
    return factories.make_branch("riy", name_ar="الرياض", name_en="Riyadh")


@pytest.fixture
def jeddah(company: Any) -> Any:
    return factories.make_branch("jed", name_ar="جدة", name_en="Jeddah")


@pytest.fixture
def manager(company: Any) -> User:
    return factories.make_user(RoleCode.COMPANY_MANAGER, None, email="manager@demo.example")


@pytest.fixture
def supervisor(riyadh: Any) -> User:
    return factories.make_user(RoleCode.SUPERVISOR, riyadh, email="supervisor@demo.example")


@pytest.fixture
def sales(riyadh: Any) -> User:
    return factories.make_user(RoleCode.SALES, riyadh, email="sales@demo.example")


@pytest.fixture
def colleague(riyadh: Any) -> User:
    return factories.make_user(RoleCode.SALES, riyadh, email="colleague@demo.example")


@pytest.fixture
def sales_b(jeddah: Any) -> User:
    return factories.make_user(RoleCode.SALES, jeddah, email="sales.b@demo.example")


@pytest.fixture
def inspector(riyadh: Any) -> User:
    return factories.make_user(RoleCode.INSPECTOR, riyadh, email="inspector@demo.example")


@pytest.fixture
def auditor(company: Any) -> User:
    return factories.make_user(RoleCode.AUDITOR, None, email="auditor@demo.example")


@pytest.fixture
def integrator(riyadh: Any) -> User:
    return factories.make_user(
        RoleCode.INTEGRATOR, riyadh, email="robot@demo.example", is_service=True
    )


@pytest.fixture
def integrator_key(integrator: User) -> str:
    """The secret of a key with every scope of its role."""
    wanted = keys.NewKey(user=integrator, name="Shop", scopes=list(integrator.role.grants))
    return keys.create_key(wanted, actor=None)[1]


@pytest.fixture
def whatsapp(riyadh: Any) -> Any:
    return factories.make_channel(riyadh, name="WhatsApp Riyadh", external_id="100001")


@pytest.fixture
def whatsapp_b(jeddah: Any) -> Any:
    return factories.make_channel(jeddah, name="WhatsApp Jeddah", external_id="200002")


@pytest.fixture
def team(riyadh: Any, sales: User) -> Any:
    """The team that gets every lead of Riyadh by rule."""
    team = factories.make_team(riyadh, sales)
    factories.make_rule(team)
    return team


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A signed-in browser without the sign-in page."""

    def make(user: User, **defaults: Any) -> Client:
        client = Client(**defaults)
        sign_in(client, user)
        return client

    return make


def sign_in(client: Client, user: User) -> None:
    """Give the client a session as the sign-in service would."""
    from accounts.models import UserSession

    client.force_login(user, backend="accounts.backends.RoleBackend")
    session = client.session
    session["epoch"] = user.epoch
    session.save()
    UserSession.objects.create(user=user, session_id=session.session_key)


@pytest.fixture
def api_of() -> Callable[[User], APIClient]:
    """An API client with the person's access token."""

    def make(user: User) -> APIClient:
        from accounts.services import tokens

        client = APIClient()
        pair = tokens.issue_tokens(user)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
        return client

    return make


@pytest.fixture
def api_with_key(integrator_key: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_X_API_KEY=integrator_key)
    return client


@pytest.fixture
def run_jobs() -> Callable[[], None]:
    """Run every queued job to the end, in this process and transaction."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    class Context:
        def __init__(self, job: Any) -> None:
            self.job = job

    def run(limit: int = 200) -> None:
        for _turn in range(limit):
            row = ProcrastinateJob.objects.filter(status="todo").order_by("id").first()
            if row is None:
                return
            task = app.tasks[row.task_name]
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [row.id])
            arguments = [Context(row)] if task.pass_context else []
            task.func(*arguments, **row.args)
        raise AssertionError("jobs queue each other without an end")

    return run


@pytest.fixture
def queued() -> Callable[[], list[str]]:
    """The names of the jobs that wait."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    def names() -> list[str]:
        rows = ProcrastinateJob.objects.filter(status="todo").order_by("id")
        return list(rows.values_list("task_name", flat=True))

    return names


@pytest.fixture(scope="session")
def running_server(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """One server for all tests of this process that need a port."""
    from tests.site import running_site

    with django_db_blocker.unblock(), running_site() as site:
        yield site


@pytest.fixture
def site(transactional_db: None, running_server: Any) -> Any:
    """The running server, on an empty database whose rows are really committed."""
    return running_server


@pytest.fixture(scope="session")
def browser_process() -> Iterator[Any]:
    """One Chromium for all browser tests of this process."""
    from tests.site import CHROMIUM

    if not CHROMIUM:
        pytest.skip("Chromium is not installed")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser driver runs a loop in this thread
    expect.set_options(timeout=30_000)  # ms, like everything else the browser waits for
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page_of(site: Any, browser_process: Any) -> Iterator[Callable[..., Any]]:
    """A page signed in as a person; `width` in CSS pixels."""
    contexts = []

    def make(user: User, *, width: int = 1440, height: int = 900) -> Any:
        client = Client()
        sign_in(client, user)
        context = browser_process.new_context(viewport={"width": width, "height": height})
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.url}])
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
