FROM python:3.12-slim AS build
RUN pip install --no-cache-dir uv
WORKDIR /app
ENV UV_PROJECT_ENVIRONMENT=/venv UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
COPY pyproject.toml uv.lock ./
# --extra sentry, --extra opentelemetry, or both
ARG EXTRAS=""
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev $EXTRAS
COPY . .
RUN /venv/bin/python -m helpdesk.catalogs compile && /venv/bin/python -m helpdesk.notices > NOTICE
# The user plumbline can't write here: without this, every start compiles all modules.
RUN /venv/bin/python -m compileall -q .
ENV STATIC_ROOT=/app/static
# The settings need an environment, but collectstatic connects to nothing.
RUN PLUMBLINE_MODE=demo SECRET_KEY=only-to-collect-the-static-files-of-the-image-only-that \
    DATABASE_URL=postgresql://localhost/none REDIS_URL=redis://localhost \
    /venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home plumbline && install -d -o plumbline -g plumbline /data /run/plumbline
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/data STATIC_ROOT=/app/static RUNTIME_DIRECTORY=/run/plumbline \
    GRANIAN_INTERFACE=asginl GRANIAN_HOST=0.0.0.0 GRANIAN_PORT=8000 GRANIAN_WORKERS=2 GRANIAN_WEBSOCKETS=false \
    GRANIAN_RESPAWN_FAILED_WORKERS=true GRANIAN_RESPAWN_INTERVAL=1 GRANIAN_BACKPRESSURE=12000 GRANIAN_LOG_CONFIG=helpdesk/granian-logs.json GRANIAN_WORKERS_KILL_TIMEOUT=5
USER plumbline
VOLUME /data
EXPOSE 8000
CMD ["granian", "helpdesk.asgi:application"]
