"""One websocket per open page. It carries names of what changed, never data."""

import asyncio
from typing import Any

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db import Error

from crm_project.kit.live import EVERYBODY, branch_group, user_group

from .models import User
from .services.mfa import must_set_up

RECHECK_SECONDS = getattr(
    settings, "LIVE_RECHECK_SECONDS", 15
)  # a revoked person's socket closes within this (SECURITY.md AZ-8: 60 s)
DENIED = 4401
TRY_AGAIN = 1013  # RFC 6455's registry, "try again later": the page connects anew
log = structlog.get_logger(__name__)


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """Joins the groups of the signed-in person; closes when access is revoked."""

    groups: list[str] = []

    async def connect(self) -> None:
        self.user: User = self.scope["user"]
        self.joined: list[str] = []
        self.recheck: asyncio.Task[None] | None = None
        if not self.user.is_authenticated or not await self._still_allowed():
            await self.close(code=DENIED)
            return
        for group in await self._groups():
            await self.channel_layer.group_add(group, self.channel_name)
            self.joined.append(group)
        await self.accept()
        self.recheck = asyncio.create_task(self._watch())

    async def disconnect(self, code: int) -> None:
        if self.recheck:
            self.recheck.cancel()
        for group in self.joined:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, *args: Any, **kwargs: Any) -> None:
        """Ignore what the page sends: nothing is expected, and nothing sent can break the socket."""

    async def live_changed(self, event: dict[str, Any]) -> None:
        """Pass a topic on to the page."""
        await self.send_json({"topic": event["topic"]})

    async def live_interrupted(self, _event: dict[str, Any]) -> None:
        """What was told meanwhile is lost: the page connects anew and reads what it shows again."""
        await self.close(code=TRY_AGAIN)

    @database_sync_to_async
    def _groups(self) -> list[str]:
        user = User.objects.with_access().get(pk=self.user.pk)
        names = [user_group(user.pk), EVERYBODY]
        if user.is_company_wide:
            return [*names, branch_group(None)]
        return [*names, branch_group(user.branch_id)] if user.branch_id else names

    async def _watch(self) -> None:
        """Let no fault leave an open socket behind that nobody checks any more."""
        try:
            await self._close_when_revoked()
        except Exception:
            log.exception("live_recheck_failed", user_id=self.user.pk)
            await self.close(code=TRY_AGAIN)

    async def _close_when_revoked(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            try:
                is_same = await self._still_allowed() and await self._groups() == self.joined
            except Error as error:  # the database is away: what cannot be asked is asked again
                log.warning("live_recheck_postponed", user_id=self.user.pk, error=repr(error))
                continue
            if not is_same:
                await self.close(code=DENIED)
                return

    @database_sync_to_async
    def _still_allowed(self) -> bool:
        key = self.scope["session"].session_key
        fresh = User.objects.filter(pk=self.user.pk, is_active=True, epoch=self.user.epoch)
        user = fresh.filter(sessions__session=key).select_related("role").first()
        return user is not None and not must_set_up(user)
