//! Real-looking Dockerfiles, one after the other in one text: the syntax alone, and the whole with typed instructions.

use divan::Bencher;
use divan::counter::BytesCount;
use dockerfile::{Dockerfile, Vintage, syntax};

fn main() {
    divan::main();
}

/// A web application, a compiled program, and a small tool.
const PROJECTS: [&str; 3] = [
    "# syntax=docker/dockerfile:1\n\n# The dependencies, by themselves, so that they stay cached.\nFROM node:20-alpine AS deps\nWORKDIR /app\nCOPY package.json \
     package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci --omit=dev\n\nFROM deps AS build\nCOPY . .\nENV NODE_ENV=production \\\n    \
     PORT=8080\nRUN npm run build \\\n    && npm prune\n\nFROM node:20-alpine\nLABEL org.opencontainers.image.title=\"shop\" \\\n      \
     org.opencontainers.image.source=\"https://example.org/shop\"\nCOPY --from=build --chown=node:node /app/dist ./dist\nUSER node\nEXPOSE 8080/tcp\n\
     HEALTHCHECK --interval=30s --timeout=3s CMD wget -q -O /dev/null http://localhost:8080/ || exit 1\nENTRYPOINT [\"node\", \"dist/server.js\"]\n\n",
    "ARG ALPINE=3.20\nFROM alpine:${ALPINE} AS tools\n# What compiling needs, and nothing else.\nRUN apk add --no-cache \\\n        build-base \\\n        \
     cmake \\\n        git \\\n        linux-headers \\\n        openssl-dev \\\n        pkgconf \\\n    && adduser -D builder \\\n    && rm -rf /var/cache/apk/*\n\
     USER builder\nWORKDIR /home/builder/src\nCOPY --chown=builder CMakeLists.txt ./\nCOPY --chown=builder src/ ./src/\nARG VERSION=1.2.3\nRUN set -eux; \\\n    \
     mkdir build; \\\n    cd build; \\\n    cmake -DCMAKE_BUILD_TYPE=Release -DVERSION=\"${VERSION}\" ..; \\\n    make -j\"$(nproc)\"; \\\n    ctest\n\
     FROM scratch\nCOPY --from=tools /home/builder/src/build/program /program\nCMD [\"/program\", \"--listen\", \"0.0.0.0:9000\"]\n\n",
    "FROM python:3.12-slim\n\nENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1\nWORKDIR /srv\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n\
     COPY <<EOF /etc/app.conf\nport = 8000\nworkers = 4\nEOF\nCOPY . .\nVOLUME [\"/data\"]\nSTOPSIGNAL SIGINT\nCMD [\"gunicorn\", \"-b\", \":8000\", \"app:app\"]\n\n",
];

fn text() -> String {
    PROJECTS.concat().repeat(100)
}

#[divan::bench]
fn syntax_alone(bencher: Bencher) {
    let text = text();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| syntax::parse(&text, Vintage::Current).expect("it is sound"));
}

#[divan::bench]
fn whole(bencher: Bencher) {
    let text = text();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| Dockerfile::parse(text.as_bytes(), Vintage::Current).expect("it is sound"));
}

/// The same, and what was read is given up too.
#[divan::bench]
fn whole_and_dropped(bencher: Bencher) {
    let text = text();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| Dockerfile::parse(text.as_bytes(), Vintage::Current).expect("it is sound").stages.len());
}
