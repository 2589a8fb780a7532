"""The resources that can be imported, as the wiring names them."""

from collections.abc import Callable, Sequence

from .models import Batch
from .resource import Resource

_SOURCE: list[Callable[[], Sequence[Resource]]] = []


def connect(source: Callable[[], Sequence[Resource]]) -> None:
    """Take the wiring's list of resources. Called once, when all apps are loaded."""
    _SOURCE[:] = [source]


def resources() -> dict[str, Resource]:
    """Return all resources by code."""
    return {resource.code: resource for source in _SOURCE for resource in source()}


def resource_of(batch_id: int) -> Resource:
    """Return the resource of a batch. Errors: Batch.DoesNotExist, KeyError for a retired one."""
    return resources()[Batch.objects.values_list("resource", flat=True).get(pk=batch_id)]
