# Three images from one file: ingest on Node, processor and admin on Bun. The build stage has compilers and stays behind;
# what each final stage holds is laid out by infra/image.ts, which a test runs.
#
#   docker build --target ingest .      also: processor, admin

FROM node:22-bookworm-slim AS build
# What librdkafka links to and node-gyp runs.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      g++ make python3 libssl-dev zlib1g-dev libzstd-dev libcurl4-openssl-dev libsasl2-dev liblz4-dev \
 && rm -rf /var/lib/apt/lists/*
ARG BUN_VERSION=1.4.5
RUN npm install --global --no-audit --no-fund "bun@${BUN_VERSION}"
WORKDIR /pulse
# The addon takes minutes to compile, and depends on these only.
COPY package.json bun.lock ./
COPY infra/bootstrap infra/bootstrap
RUN bun install --frozen-lockfile --production --ignore-scripts \
 && node infra/bootstrap/addon-build.mjs node_modules/@confluentinc/kafka-javascript
COPY . .
RUN bun infra/image.ts ingest /out/ingest \
 && bun infra/image.ts bun /out/bun \
 && install -D "$(readlink -f "$(command -v bun)")" /out/bin/bun

FROM node:22-bookworm-slim AS ingest
# The libraries that the addon was linked to; certificates for brokers with TLS.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates libssl3 zlib1g libzstd1 libcurl4 libsasl2-2 liblz4-1 \
 && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /pulse
COPY --from=build --chown=node:node /out/ingest ./
USER node
EXPOSE 8080 9090
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.INGEST_PORT ?? 8080}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# It handles SIGTERM itself and waits for its workers, if it has any: nothing has to run before it.
CMD ["node", "--enable-source-maps", "--heap-growing-percent=100", "main.js"]

FROM debian:bookworm-slim AS bun
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home pulse
ENV NODE_ENV=production
WORKDIR /pulse
COPY --from=build /out/bin/bun /usr/local/bin/bun
COPY --from=build --chown=pulse:pulse /out/bun ./
USER pulse

FROM bun AS processor
# What Bun's collector takes for the size of the machine: left alone it lets garbage grow with the memory that there is.
ENV BUN_JSC_forceRAMSize=536870912
EXPOSE 8082
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["bun", "-e", "fetch(`http://127.0.0.1:${process.env.PROCESSOR_PORT ?? 8082}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["bun", "processor/main.ts"]

FROM bun AS admin
EXPOSE 8081
# Any answer will do: it also answers when what it looks at is down.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["bun", "-e", "fetch(`http://127.0.0.1:${process.env.ADMIN_PORT ?? 8081}/admin/health`).then(() => process.exit(0), () => process.exit(1))"]
CMD ["bun", "admin/main.ts"]
