FROM node:24-bookworm-slim

# git and tmux for agents on this machine, ssh for those on others, ps to see what they run, tini to reap them.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git openssh-client procps tini tmux \
  && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force

COPY src ./src
COPY db ./db
COPY webhooks ./webhooks

# The embedded database and everything else worth keeping. Unused when DATABASE_URL is set.
RUN mkdir /data && chown node:node /data
VOLUME /data

ENV NODE_ENV=production \
  FLEET_HOST=0.0.0.0 \
  FLEET_DATA_DIR=/data \
  PORT=3000
EXPOSE 3000
USER node

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

ENTRYPOINT ["tini", "--"]
# The words for Node are those of `npm start`, see docs/benchmarks.md.
CMD ["node", "--min-semi-space-size=16", "--initial-old-space-size=192", "--no-memory-reducer", "src/main.ts"]
