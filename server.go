// Command quiver is a content-enablement backend: one GraphQL API by which
// marketers catalog collateral, reps find, get recommended and record what
// they send, and marketers see what is used.
//
// This file holds the configuration, joins the packages and owns the process's
// lifetime; load.go fills the copies at the start, listen.go and http.go have what
// is answered to whom. They know nothing else.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/gofrs/flock"
	"golang.org/x/term"

	"github.com/quiverhq/quiver/audit"
	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/cli"
	"github.com/quiverhq/quiver/edge"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/recommend"
	"github.com/quiverhq/quiver/search"
	"github.com/quiverhq/quiver/store"
	"github.com/quiverhq/quiver/tracing"
	"github.com/quiverhq/quiver/usage"
)

type commands struct {
	Serve   serve       `cmd:"" help:"Serve the API."`
	Token   cli.Token   `cmd:"" help:"Print a token."`
	Import  cli.Import  `cmd:"" help:"Import the taxonomy, assets, leads or their history from a file."`
	Export  cli.Export  `cmd:"" help:"Export the taxonomy, assets, leads or their history to files."`
	Backup  cli.Backup  `cmd:"" help:"Write all that the database holds into one file."`
	Restore cli.Restore `cmd:"" help:"Fill an empty database with what a backup holds."`
	Migrate cli.Migrate `cmd:"" help:"Bring the documents of an older database up to this version."`
	Check   cli.Check   `cmd:"" help:"Look through the documents and the index; mend what can be."`
	Health  cli.Health  `cmd:"" help:"Ask a server how it is: exit 0 when it is well, 1 when not, 2 when it does not answer."`
	Schema  printSchema `cmd:"" help:"Print the schema of the API, for tools that generate types from it."`
	Version cli.Version `cmd:"" help:"Print the version."`
}

type serve struct {
	Addr           string             `help:"Where to listen." default:"127.0.0.1:8080" env:"QUIVER_ADDR"`
	Data           string             `help:"The data directory: embedded database, index, key." default:"./data" env:"QUIVER_DATA" type:"path"`
	MongoDBURI     string             `name:"mongodb-uri" help:"A MongoDB server or replica set to use instead of the embedded database." env:"QUIVER_MONGODB_URI,MONGODB_URI"`
	JWKSURL        string             `name:"jwks-url" help:"Where the keys are that tokens are signed with." env:"QUIVER_JWKS_URL" xor:"keys"`
	JWTSecretFile  string             `name:"jwt-secret-file" help:"A file with the HS256 secret that tokens are signed with." env:"QUIVER_JWT_SECRET_FILE" type:"path" xor:"keys"`
	JWTIssuer      string             `name:"jwt-issuer" help:"What a token's iss must be." env:"QUIVER_JWT_ISSUER"`
	JWTAudience    string             `name:"jwt-audience" help:"What a token's aud must contain." env:"QUIVER_JWT_AUDIENCE"`
	Demo           bool               `help:"Load the demo catalog into an empty database and print tokens to try it with." env:"QUIVER_DEMO"`
	Introspection  bool               `help:"Answer questions about the schema." default:"true" negatable:"" env:"QUIVER_INTROSPECTION"`
	LeadVisibility string             `help:"Which leads a rep sees: all, or those the rep owns." enum:"all,owner" default:"all" env:"QUIVER_LEAD_VISIBILITY"`
	SignalWeights  map[string]float64 `help:"What signals weigh in recommendations, as PERSONA=0.3;TEXT=0.2; the rest as they are, all scaled to 1." env:"QUIVER_SIGNAL_WEIGHTS" mapsep:";"`
	SearchLog      bool               `help:"Remember what is searched for, without what could tell who a person is but the rep's id; see searchInsights." default:"true" negatable:"" env:"QUIVER_SEARCH_LOG"`
	HTTP           listen             `embed:""`
	ShutdownDelay  time.Duration      `help:"How long to go on answering after SIGTERM while /readyz says 503, for load balancers to notice." default:"0s" env:"QUIVER_SHUTDOWN_DELAY"`
	LogFormat      string             `help:"text or json." enum:"text,json" default:"text" env:"QUIVER_LOG_FORMAT"`

	documentFlags `embed:""`
}

// longestShutdownDelay keeps a mistyped --shutdown-delay from looking like a hang.
const longestShutdownDelay = 5 * time.Minute

// flagDefaults are what the flags' tags leave to the packages.
var flagDefaults = kong.Vars{"operations": strconv.Itoa(edge.DefaultOperations)}

// drain is how long a stopping server waits for requests under way.
const drain = 20 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	streams := cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Terminal: term.IsTerminal(int(os.Stderr.Fd()))}
	os.Exit(run(ctx, os.Args[1:], streams))
}

// run does one command and gives the process's exit code: 0 done, 1 something
// was not in order, 2 it could not be done.
func run(ctx context.Context, args []string, streams cli.Streams) int {
	return runBy(ctx, args, streams, time.Now)
}

// clock tells the time of day. Tests turn it.
type clock func() time.Time

func runBy(ctx context.Context, args []string, streams cli.Streams, now clock) int {
	var c commands
	exited := -1
	parser, err := kong.New(&c, kong.Name("quiver"),
		kong.Description("A content-enablement backend: the right collateral for each lead, and what became of it."),
		flagDefaults,
		kong.Writers(streams.Out, streams.Err), kong.Exit(func(code int) { exited = code }),
		kong.Bind(streams, now), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		fmt.Fprintln(streams.Err, "quiver:", err)
		return cli.ExitUnable
	}
	command, err := parser.Parse(args)
	if exited >= 0 { // --help has been answered
		return exited
	}
	if err == nil {
		err = command.Run()
	}
	if err == nil {
		return 0
	}
	var exit *cli.ExitError
	if !errors.As(err, &exit) {
		exit = &cli.ExitError{Code: cli.ExitUnable, Err: err}
	}
	if exit.Err != nil {
		fmt.Fprintln(streams.Err, "quiver:", exit.Err)
	}
	return exit.Code
}

// Run serves until the context ends, then drains and closes everything.
func (c *serve) Run(ctx context.Context, streams cli.Streams, now clock) error {
	s := &server{config: c, log: newLogger(c.LogFormat, streams.Err), out: streams.Out, began: time.Now(), now: now}
	s.starting.Store(enablement.Errorf(enablement.Unavailable, "the server is starting; try again in a moment"))
	if c.ShutdownDelay < 0 || c.ShutdownDelay > longestShutdownDelay {
		return fmt.Errorf("--shutdown-delay is %v: give a time from 0s to %v", c.ShutdownDelay, longestShutdownDelay)
	}
	var err error
	if s.weights, err = recommend.DefaultWeights().With(c.SignalWeights); err != nil {
		return fmt.Errorf("--signal-weights: %w", err)
	}
	if s.documents, err = c.documentFlags.read(); err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		s.close()
		return err
	}
	return s.serve(ctx)
}

func newLogger(format string, w io.Writer) *slog.Logger {
	if format == "json" {
		return slog.New(tracing.LogHandler(slog.NewJSONHandler(w, nil)))
	}
	return slog.New(tracing.LogHandler(slog.NewTextHandler(w, nil)))
}

// server is the parts of a running Quiver.
type server struct {
	config *serve
	log    *slog.Logger
	out    io.Writer
	began  time.Time
	guards *guards
	now    clock
	lock   *flock.Flock // of the data directory; nil: not taken

	store    *store.Store
	index    *search.Index
	ledger   *usage.Ledger
	searches *usage.SearchLedger
	trail    *audit.Trail
	verifier *auth.Verifier
	weights  recommend.Weights
	local    *auth.Local       // nil unless the local key is in use
	remember *usage.SearchLog  // nil where searches are not remembered
	traces   *tracing.Provider // nil where the environment asks for none

	documents documents // which are answered

	// starting tells why no operation is answered yet; nil once all copies are complete.
	starting atomic.Pointer[enablement.Error]
	// leaving: SIGTERM came. Operations are answered until the listener closes.
	leaving atomic.Bool
}

// open opens what the configuration names; what is open already stays so for
// close where a later part fails.
func (s *server) open(ctx context.Context) error {
	var err error
	if s.guards, err = s.config.HTTP.open(s.log); err != nil {
		return err
	}
	if err := os.MkdirAll(s.config.Data, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	if err := s.lockData(); err != nil {
		return err
	}
	if err := s.openKeys(ctx); err != nil {
		return err
	}
	if s.traces, err = tracing.Open(ctx, os.Getenv, cli.ThisBuild().Version, s.log); err != nil {
		return err
	}
	s.store, err = store.Open(ctx, store.Options{
		URI: s.config.MongoDBURI, Dir: filepath.Join(s.config.Data, "db"), Logger: s.log, Now: s.now, Traced: s.traces != nil,
	})
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	s.ledger, s.searches = usage.New(s.now), usage.NewSearchLedger(s.now)
	s.trail = audit.New(s.store, audit.MaxChanges)
	s.index, err = search.Open(search.Options{
		Dir: filepath.Join(s.config.Data, "index"), Documents: s.store, Sends: s.ledger, Logger: s.log, Now: s.now,
	})
	if err != nil {
		return fmt.Errorf("open the index: %w", err)
	}
	s.store.Follow(store.Follower{
		Name:     "search",
		Assets:   s.index.Sync,
		Leads:    func(_ context.Context, leads []*enablement.Lead) error { s.index.SyncLeads(leads); return nil },
		Taxonomy: func(_ context.Context, t *enablement.Taxonomy) error { s.index.SetTaxonomy(t); return nil },
		Synonyms: func(_ context.Context, sets []*enablement.Synonyms) error { s.index.SetSynonyms(sets); return nil },
	})
	s.store.CompareWith(s.index)
	s.store.Follow(store.Follower{
		Name:     "usage",
		Assets:   func(_ context.Context, assets []*enablement.Asset) error { s.ledger.SetAssets(assets); return nil },
		Taxonomy: func(_ context.Context, t *enablement.Taxonomy) error { s.ledger.SetTaxonomy(t); return nil },
		Leads:    func(_ context.Context, leads []*enablement.Lead) error { s.ledger.SetLeads(leads); return nil },
		Sends:    func(_ context.Context, sends []*enablement.Send) error { s.ledger.Append(sends); return nil },
		Outcomes: func(_ context.Context, outcomes []*enablement.Outcome) error {
			s.ledger.AppendOutcomes(outcomes)
			return nil
		},
	})
	s.store.Follow(store.Follower{
		Name:  "audit",
		Audit: func(_ context.Context, entries []*enablement.AuditEntry) error { s.trail.Append(entries); return nil },
	})
	if s.config.SearchLog {
		s.store.Follow(store.Follower{
			Name:     "searches",
			Searches: func(_ context.Context, events []*enablement.SearchEvent) error { s.searches.Append(events); return nil },
		})
		s.remember = usage.NewSearchLog(usage.SearchLogOptions{Record: s.store.RecordSearches, Now: s.now, Logger: s.log})
	}
	return nil
}

// lockData keeps a second server out of the data directory, whatever database it
// uses: each would take the other's index for a damaged one. The lock ends with
// the process, however that ends.
func (s *server) lockData() error {
	s.lock = flock.New(filepath.Join(s.config.Data, "LOCK"))
	free, err := s.lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock the data directory: %w", err)
	}
	if !free {
		return fmt.Errorf("another quiver uses this directory (%s is locked): stop it, or give this one a directory of its own with --data", s.lock.Path())
	}
	return nil
}

// openKeys opens the one source of keys that the configuration names.
func (s *server) openKeys(ctx context.Context) error {
	options := auth.Options{Issuer: s.config.JWTIssuer, Audience: s.config.JWTAudience, Now: s.now}
	var keys auth.Keys
	var err error
	switch {
	case s.config.JWKSURL != "":
		keys, err = auth.JWKS(ctx, s.config.JWKSURL, auth.JWKSOptions{Log: s.log})
	case s.config.JWTSecretFile != "":
		keys, err = auth.SecretFile(s.config.JWTSecretFile)
	default:
		s.local, err = auth.LocalKey(filepath.Join(s.config.Data, "jwt.key"))
		keys = s.local
	}
	if err != nil {
		return fmt.Errorf("read the keys that tokens are signed with: %w", err)
	}
	s.verifier, err = auth.NewVerifier(keys, options)
	return err
}

// serve listens at once, so that the process can be seen to live, and answers
// operations when the copies are complete.
func (s *server) serve(ctx context.Context) error {
	listener, err := net.Listen("tcp", s.config.Addr)
	if err != nil {
		s.close()
		return fmt.Errorf("%w; --addr or $QUIVER_ADDR names another address", err)
	}
	httpServer := s.config.HTTP.server(s.routes(), s.log)
	ended := make(chan error, 1)
	go func() { ended <- s.guards.serve(httpServer, listener) }()
	loading, giveUp := context.WithCancel(ctx)
	defer giveUp()
	loaded := make(chan struct{})
	go boundMemory(loading, loaded)
	failed := make(chan error, 1)
	go func() {
		defer close(loaded)
		if err := s.load(loading, listener.Addr()); err != nil {
			failed <- err
		}
	}()
	select {
	case <-ctx.Done():
		err = s.leave(ended)
	case err = <-ended:
	case err = <-failed:
	}
	giveUp()
	s.log.Info("stopping", "signal", ctx.Err() != nil, "error", err)
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if shut := httpServer.Shutdown(draining); shut != nil {
		s.log.Warn("requests under way were cut off", "after", drain, "error", shut)
	}
	<-loaded
	s.close()
	s.log.Info("stopped")
	return err
}

// leave tells load balancers, through /readyz, to send nothing more, and goes on
// answering until they have noticed.
func (s *server) leave(ended <-chan error) error {
	s.leaving.Store(true)
	if s.config.ShutdownDelay == 0 {
		return nil
	}
	s.log.Info("leaving", "until", s.config.ShutdownDelay)
	select {
	case err := <-ended:
		return err
	case <-time.After(s.config.ShutdownDelay):
		return nil
	}
}

// close closes what is open, in the order that lets nothing be lost: searches
// are written while the store is there, and it drains its writes into the copies
// before those close.
func (s *server) close() {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	s.remember.Close()
	if s.store != nil {
		if err := s.store.Close(ctx); err != nil {
			s.log.Error("close the database", "error", err)
		}
	}
	if s.index != nil {
		if err := s.index.Close(); err != nil {
			s.log.Error("close the index", "error", err)
		}
	}
	if err := s.traces.Close(ctx); err != nil {
		s.log.Warn("the last traces could not be sent", "error", err)
	}
	if s.lock != nil {
		if err := s.lock.Unlock(); err != nil {
			s.log.Error("unlock the data directory", "error", err)
		}
	}
}

// ready tells why the server cannot answer, or nil.
func (s *server) ready() error {
	if starting := s.starting.Load(); starting != nil {
		return starting
	}
	return nil
}
