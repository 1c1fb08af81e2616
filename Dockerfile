# syntax=docker/dockerfile:1

# The image holds one static binary, the certificates of public authorities and
# an empty data directory: no shell, no package manager, nobody who is root.
#
#   docker build -t quiver .
#   docker run --read-only --tmpfs /tmp -v quiver:/data -p 127.0.0.1:8080:8080 quiver
#
# make image-check builds the binary as here and runs it with what the image has.

FROM --platform=$BUILDPLATFORM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
# With .git, from which go build stamps version and commit.
COPY . .
ARG TARGETOS
ARG TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags="-s -w" -o /out/quiver .
RUN mkdir -m 0700 /out/data && mkdir -m 1777 /out/tmp

FROM scratch
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Quiver" \
      org.opencontainers.image.description="A content-enablement backend: the right collateral for each lead, and what became of it." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/tmp /tmp
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/quiver /quiver
ENV QUIVER_ADDR=:8080 QUIVER_DATA=/data
USER 65532:65532
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# That it lives: who restarts what is unhealthy must not do so for a database
# that is away. Whether it answers operations is /quiver health without --live.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["/quiver", "health", "--live"]
ENTRYPOINT ["/quiver"]
CMD ["serve"]
