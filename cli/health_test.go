package cli

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealthRepeatsWhatTheServerSays(t *testing.T) {
	answers := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/readyz" {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprintln(w, "the server is starting")
			return
		}
		fmt.Fprintln(w, "ok", r.URL.Path)
	})
	plain, secure := httptest.NewServer(answers), httptest.NewTLSServer(answers)
	defer plain.Close()
	defer secure.Close()
	_, port, _ := net.SplitHostPort(plain.Listener.Addr().String())
	for _, c := range []struct {
		args []string
		env  string // QUIVER_ADDR
		code int
		says string
	}{
		{[]string{"--live", "--addr", "127.0.0.1:" + port}, "", 0, "ok /healthz"},
		{[]string{"--live"}, ":" + port, 0, "ok /healthz"},
		{[]string{"--live"}, "0.0.0.0:" + port, 0, "ok /healthz"},
		{[]string{"--live", "--server", secure.URL + "/graphql"}, "", 0, "ok /healthz"},
		{nil, ":" + port, ExitDiffers, "answers 503: the server is starting"},
		{nil, "127.0.0.1:1", ExitUnable, "does not answer"},
		{nil, "8080", ExitUnable, `--addr: "8080" is not an address such as`},
		{[]string{"--server", "quiver:8080"}, "", ExitUnable, "--server:"},
	} {
		t.Setenv("QUIVER_ADDR", c.env)
		got := quiver(t, t.Context(), "", append([]string{"health"}, c.args...)...)
		if said := got.Out + got.Err + got.Message; got.Code != c.code || !strings.Contains(said, c.says) {
			t.Errorf("health %v with QUIVER_ADDR=%s: %d %q, want %d %q", c.args, c.env, got.Code, said, c.code, c.says)
		}
	}
}
