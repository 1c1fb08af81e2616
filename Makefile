# Everything a person does with this repository. Go is all that is needed, but for conformance.

.PHONY: run build test faults check generate bench bench-http soak prices eval replay conformance fuzz audit release reproducible image-check

## run: serve the demo on http://127.0.0.1:8080, with its data in ./data
run: build
	./bin/quiver serve --demo

## build: the one binary
build:
	go build -o bin/quiver .

## test: every test; MONGODB_URI=mongodb://… runs them against a real server
test:
	go test -timeout 30m ./...

## faults: the tests of faults and of many servers at full length, some 15 minutes (see docs/reliability.md); as root also those of a full disk
faults:
	QUIVER_FAULTS=long go test -count=1 -timeout 40m -v -run '$(FAULTS)' . ./store ./search ./store/embedded

FAULTS = GoesAway|ASlowDatabase|DiskFills|FullDisk|Damaged|Touched|SetBackAnHour|WhenTheServerIsKilled|OutliveACrash|FoundOnEveryServer|RollingRestart|PausedServer|Repetitions|DataDirectory|TheTail|DatedWhen|SynonymsOnce

## check: what must hold before a change lands
check: generate
	@git diff --exit-code -- graph resolvers || { echo "generated code was out of date: commit what make generate made"; exit 1; }
	@! grep -rn 'not implemented' resolvers/*.go || { echo "a resolver is missing"; exit 1; }
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "run gofmt -w on these"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	go test -race -shuffle=on -timeout 30m ./...

## generate: make graph/ and the resolvers' signatures from graph/schema/
generate:
	go tool gqlgen generate

## bench: the speeds that users feel, in one table (see docs/benchmarks.md)
bench: build
	go run ./bench -quiver ./bin/quiver

## bench-http: the same questions at fixed rates and at the limit, with SIZES of catalog and history beside each other
SIZES ?= 1000:100000,10000:100000,100000:100000,10000:2000000
bench-http: build
	go run ./bench -quiver ./bin/quiver -sizes $(SIZES)

## soak: a mixture of everything for SOAK, and whether memory, files and latencies stay flat
SOAK ?= 20m
soak: build
	go run ./bench -quiver ./bin/quiver -soak $(SOAK)

## prices: what documents cost, held against what they take (see docs/benchmarks.md)
prices: build
	go run ./bench -quiver ./bin/quiver -prices -assets 5000 -leads 2000 -sends 20000 -duration 1200ms

## eval: how well search answers, on the judged set or on COLLECTIONS="DIR ..." (see docs/quality.md)
eval:
	go run ./quality/eval $(COLLECTIONS)

## replay: how well recommendations foresee what works, on the demo's history or on LOG=DIR of quiver export all (see docs/quality.md)
replay:
	go run ./quality/replay $(if $(LOG),-log $(LOG)) $(FLAGS)

## conformance: strangers' suites and clients against the server (see docs/reliability.md); needs Node 18 or later
conformance: build conformance/node_modules
	node conformance/run.mjs bin/quiver

conformance/node_modules: conformance/package-lock.json
	npm --prefix conformance ci
	@touch $@

## fuzz: every fuzz target, each for FUZZTIME
FUZZTIME ?= 10s
fuzz:
	.ci/fuzz $(FUZZTIME)

## audit: checksums, licences and known vulnerabilities of what Quiver is made of
audit: build
	.ci/audit

## release: the binaries that are published, with their contents and checksums, in dist/
release:
	.ci/release dist

## reproducible: build the commit twice and compare the bytes; TARGETS="linux/arm64 ..."
reproducible:
	.ci/reproducible

## image-check: build the binary as the Dockerfile does and run it with what the image has (Linux, as root)
image-check:
	QUIVER_TEST_IMAGE=1 go test . -count=1 -v -timeout 30m -run TestTheImageRuns
