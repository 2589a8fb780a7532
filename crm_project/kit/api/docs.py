"""The OpenAPI schema and its page, for signed-in people."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1 of everything below /api/v1/."""

    permission_classes = [IsAuthenticated]


class DocsView(SpectacularSwaggerSplitView):
    """The page on which the API can be tried; its script is a request of its own (strict CSP)."""

    permission_classes = [IsAuthenticated]
    url_name = "api-schema"
    template_name = "api_docs.html"
