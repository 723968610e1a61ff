#!/bin/sh
# `manage.py` with the settings of a production start and placeholders where a real one has secrets:
# for `check --deploy` (make check) and `collectstatic` (the image). Connects to nothing.
set -eu
cd "$(dirname "$0")/.."
ENVIRONMENT=production \
    SECRET_KEY="$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    ALLOWED_HOSTS=practise.example.org \
    SITE_URL=https://practise.example.org \
    DATABASE_URL=postgresql://safe_app:x@database/safe_to_practise \
    DATABASE_OWNER_URL=postgresql://safe_owner:x@database/safe_to_practise \
    REDIS_URL=redis://redis/0 \
    EMAIL_URL=smtp+tls://user:x@mail.example.org:587 \
    EMAIL_FROM="Safe to Practise <practise@example.org>" \
    exec .venv/bin/python manage.py "$@"
