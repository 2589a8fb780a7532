"""The OpenAPI schema and its page, for those who connect programs (SECURITY.md SC-4)."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from .permissions import DeclaredPermission

VIEW_API_DOCS = "accounts.view_api_docs"  # declared there: the kit has no permissions of its own


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1 of everything below /api/v1/."""

    permission_classes = [DeclaredPermission]
    permissions_by_action = {"get": VIEW_API_DOCS}


class DocsView(SpectacularSwaggerSplitView):
    """The page on which the API can be tried; its script is a request of its own (strict CSP)."""

    permission_classes = [DeclaredPermission]
    permissions_by_action = {"get": VIEW_API_DOCS}
    url_name = "api-schema"
    template_name = "api_docs.html"
