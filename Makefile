# Everything a person does with this repository. Go is all that is needed.

.PHONY: run build test faults check generate bench eval replay

## run: serve the demo on http://127.0.0.1:8080, with its data in ./data
run: build
	./bin/quiver serve --demo

## build: the one binary
build:
	go build -o bin/quiver .

## test: every test; MONGODB_URI=mongodb://… runs them against a real server
test:
	go test ./...

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
	go test -race -shuffle=on ./...

## generate: make graph/ and the resolvers' signatures from graph/schema/
generate:
	go tool gqlgen generate

## bench: the speeds that users feel, in one table (see docs/benchmarks.md)
bench: build
	go run ./bench -quiver ./bin/quiver

## eval: how well search answers, on the judged set or on COLLECTIONS="DIR ..." (see docs/quality.md)
eval:
	go run ./quality/eval $(COLLECTIONS)

## replay: how well recommendations foresee what works, on the demo's history or on LOG=DIR of quiver export all (see docs/quality.md)
replay:
	go run ./quality/replay $(if $(LOG),-log $(LOG)) $(FLAGS)
