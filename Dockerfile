# The gateway as an image: built from source, run by user 1000 without build tools. See docs/deployment.md.
# `--target full` adds npx and uvx, for servers that are started through them.
# Another base must be Debian with Node.js 20.19 or newer: --build-arg NODE_IMAGE=...; both bases may be named by digest.
ARG NODE_IMAGE=node:24-bookworm-slim
ARG DEBIAN_IMAGE=debian:bookworm-slim
ARG UV_IMAGE=ghcr.io/astral-sh/uv:0.13.8

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/bundle.mjs scripts/
COPY src src
# Git is not in the build context: --build-arg SOURCE_COMMIT="$(git rev-parse HEAD)" tells the image where it is from.
ARG SOURCE_COMMIT=""
ARG SOURCE_DATE_EPOCH=""
# What runs is the bundle; the modules that it was joined from stay behind, as in the package. "optional" stands for what a package
# would merely like to have beside it, such as the compiler. Nothing of ours is optional.
RUN SOURCE_COMMIT="${SOURCE_COMMIT}" SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH}" npm run build \
    && find dist -name '*.map' -delete \
    && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM ${UV_IMAGE} AS uv

# Without the Node.js image's npm, yarn and corepack: whoever gets in finds nothing to install with.
FROM ${DEBIAN_IMAGE} AS runtime
# tini: somebody has to reap what local servers leave behind, and Node.js does not. -s below: even where something else is process 1.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libstdc++6 tini \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
# Owned by root: the gateway cannot change its own code.
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist/build-info.json dist/build-info.json
COPY --from=build /build/dist/bundle dist/bundle
COPY --from=build /build/dist/cli/main.js dist/cli/main.js
COPY --from=build /build/dist/guardrails/local/classifier/tables dist/guardrails/local/classifier/tables
COPY --from=build /build/dist/guardrails/scan-thread.js dist/guardrails/scan-thread.js
COPY package.json LICENSE ./
COPY config config
COPY examples examples
# The one place that is written to: the config, the audit log, and what is known of child processes.
RUN mkdir -p /app/.enkrypt/docker && chown -R 1000:1000 /app/.enkrypt && chmod 700 /app/.enkrypt/docker
VOLUME ["/app/.enkrypt/docker"]
ENV NODE_ENV=production \
    ENKRYPT_CONFIG=/app/.enkrypt/docker/enkrypt_mcp_config.json
USER 1000:1000
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:8000/health/live', { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "-s", "--", "node", "/app/dist/cli/main.js"]
CMD ["start", "--host", "0.0.0.0"]
ARG VERSION=0.1.0
ARG SOURCE_COMMIT=""
LABEL org.opencontainers.image.title="Secure MCP Gateway" \
      org.opencontainers.image.description="Stands between MCP clients and MCP servers: identity, allow-lists, guardrails, audit." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${SOURCE_COMMIT}"

# npx and uvx fetch and run what a config names, so they are in an image of their own. Their caches are in /tmp.
FROM runtime AS full
USER 0:0
RUN apt-get update \
    && apt-get install -y --no-install-recommends git python3 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
    && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
COPY --from=uv /uv /uvx /usr/local/bin/
ENV HOME=/tmp \
    UV_CACHE_DIR=/tmp/uv \
    UV_PYTHON_DOWNLOADS=never \
    npm_config_cache=/tmp/npm
USER 1000:1000

# What a build without --target makes: the small one.
FROM runtime AS gateway
