# One image for every program of Wardroom: web, worker, beat, migrations. compose.yaml says which runs where.
#
#   docker build -t wardroom .
#   docker build -t wardroom --build-arg PIP_EXTRA_INDEX_URL=… .    # an index of CPU builds of PyTorch: a tenth
FROM python:3.11-slim-bookworm AS build
ARG PIP_EXTRA_INDEX_URL=
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
WORKDIR /app
COPY pyproject.toml constraints.txt ./
RUN python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' > /tmp/requirements.txt \
    && pip install -c constraints.txt -r /tmp/requirements.txt

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin wardroom
# A new volume takes its owner from the folder that it is put on.
RUN install --directory --owner=wardroom --mode=0700 /backups /erasures
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY . .
# Settings want a key and an origin; neither is used to collect files, nor kept in the image.
RUN WARDROOM_SECRET_KEY=unused-while-building WARDROOM_ORIGINS=https://build.invalid \
    python manage.py collectstatic --no-input
USER wardroom
EXPOSE 8000
CMD ["python", "-m", "daphne", "-v", "0", "-e", "tcp:port=8000:interface=0.0.0.0:backlog=4096", "config.asgi:application"]
