# The one image of web, worker and beat; docker-compose.yml gives each its command.
FROM node:22-bookworm-slim AS front
WORKDIR /takt
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.12-slim-bookworm
# WeasyPrint draws with Pango.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/takt takt
ENV PYTHONUNBUFFERED=1 VAR_DIR=/var/lib/takt
WORKDIR /takt
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY --from=front /takt/node_modules ./node_modules
COPY . .
# The folder comes first: where it is, the settings give files names with a digest. The secret made
# for this one command goes with its folder.
RUN python -m config.messages && mkdir staticfiles \
    && VAR_DIR=/tmp/build python manage.py collectstatic --noinput \
    && rm -rf /tmp/build
USER takt
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--no-control-socket"]
