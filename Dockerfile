# The image contains two static binaries, CA certificates and licenses: no shell,
# no packages. It listens on all addresses of the container, so the admin API
# requires a token: a random one, which "docker logs" shows, or your own.
#
#	docker build -t cariqa-mock .
#	docker run --rm -p 127.0.0.1:4343:4343 cariqa-mock
#
# "export $(bash .ci/version)" before it, and --build-arg VERSION --build-arg
# COMMIT --build-arg DATE, stamp the version.

# The digest is that of the list of platforms of golang:1.26.8-alpine.
ARG GO_IMAGE=golang:1.26.8-alpine@sha256:8ac98ca534ac3f51e1f420a1dd2c15e74c75cfa0f23f3ad27eb5d7236c349a0c
FROM --platform=$BUILDPLATFORM $GO_IMAGE AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN mkdir -p /out/licenses && cp LICENSE /out/licenses/ && sh .ci/notices ca >/out/licenses/NOTICES
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=dev
ARG COMMIT
ARG DATE
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags="-s -w \
    -X cariqamock/cmd/internal/cli.version=$VERSION -X cariqamock/cmd/internal/cli.commit=$COMMIT -X cariqamock/cmd/internal/cli.date=$DATE" \
    -o /out/ ./cmd/cariqa-mock ./cmd/cariqa-contract

FROM scratch
ARG VERSION=dev
ARG COMMIT
ARG DATE
LABEL org.opencontainers.image.title="cariqa-mock" \
      org.opencontainers.image.description="Stateful fake of the Cariqa Connect API and of Stripe beside it, with its contract suite. Unofficial." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$COMMIT" \
      org.opencontainers.image.created="$DATE"
# cariqa-contract calls the vendor's sandbox over HTTPS.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/ /
USER 65532:65532
ENV CARIQA_MOCK_ADDR=0.0.0.0:4343
EXPOSE 4343
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["/cariqa-mock", "health"]
ENTRYPOINT ["/cariqa-mock"]
