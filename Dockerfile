# The image contains two static binaries and nothing else: no shell, no packages.
# It listens on all addresses of the container, so it requires an admin token:
#
#	docker build -t cariqa-mock .
#	docker run --rm -p 127.0.0.1:4343:4343 -e CARIQA_MOCK_ADMIN_TOKEN=secret cariqa-mock
FROM --platform=$BUILDPLATFORM golang:1.26-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS
ARG TARGETARCH
ARG VERSION
ARG COMMIT
ARG DATE
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags="-s -w \
    -X cariqamock/cmd/internal/cli.version=$VERSION -X cariqamock/cmd/internal/cli.commit=$COMMIT -X cariqamock/cmd/internal/cli.date=$DATE" \
    -o /out/ ./cmd/cariqa-mock ./cmd/cariqa-contract

FROM scratch
COPY --from=build /out/ /
USER 65532:65532
ENV CARIQA_MOCK_ADDR=0.0.0.0:4343
EXPOSE 4343
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["/cariqa-mock", "health"]
ENTRYPOINT ["/cariqa-mock"]
