"""The WSGI application: HTTP in production by gunicorn, in development inside asgi.py."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm_project.settings.production")
application = get_wsgi_application()
