# The gateway as an image: built from source, run by user 1000 without build tools. See docs/deployment.md.
# Another base must be Debian with Node.js 20.19 or newer: --build-arg NODE_IMAGE=...
ARG NODE_IMAGE=node:24-bookworm-slim

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
RUN SOURCE_COMMIT="${SOURCE_COMMIT}" SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH}" npm run build \
    && find dist -name '*.map' -delete \
    # "optional" stands for what a package would merely like to have beside it, such as the compiler. Nothing of ours is optional.
    && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE} AS runtime
# Somebody has to reap what local servers leave behind, and Node.js does not. -s below: even where something else is process 1.
RUN apt-get update \
    && apt-get install -y --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# Owned by root: the gateway cannot change its own code.
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
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
