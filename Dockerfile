# The headless core as an image: Node and the package of `npm pack`, nothing else; no shell, no root.
#   docker build -t bsdm-proxy .
#   docker run --rm -p 127.0.0.1:1488:1488 -v bsdm-proxy:/data bsdm-proxy
# The browser UI and the control API listen on loopback only, inside the container: reach them with --network host (Linux), and
# BSDM_CONTROL_TOKEN for a token of your own.
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm pack --pack-destination /tmp && mkdir -p /app /data && tar -xzf /tmp/bsdm-proxy-*.tgz -C /app --strip-components=1

FROM gcr.io/distroless/nodejs24-debian12:nonroot
LABEL org.opencontainers.image.title="BSDM-Proxy" \
      org.opencontainers.image.description="Debugging proxy with an HTTP cache that you can look inside" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /app /app
# A folder that belongs to the user the proxy runs as; a volume takes its owner from it.
COPY --from=build --chown=nonroot:nonroot /data /data
# Some of the proxy looks for a home; whoever it runs as (--user), there is this one.
ENV HOME=/data
VOLUME /data
EXPOSE 1488
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
  CMD ["/nodejs/bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.BSDM_CONTROL_PORT ?? 1489}/health`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/nodejs/bin/node", "/app/out/core/cli.mjs"]
CMD ["--host", "0.0.0.0", "--data-dir", "/data"]
