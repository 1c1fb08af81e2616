package cli

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAServerIsReachedOverTLS(t *testing.T) {
	s := newShelf(t)
	secure := httptest.NewTLSServer(http.HandlerFunc(s.serve))
	t.Cleanup(secure.Close)
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	ca := write("ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}))
	none := write("none.pem", []byte("no certificate"))
	for name, c := range map[string]struct {
		flags []string
		code  int
		says  string
	}{
		"with its certificate":    {[]string{"--ca-file", ca}, 0, ""},
		"without":                 {nil, ExitUnable, "certificate"},
		"a file not there":        {[]string{"--ca-file", ca + "x"}, ExitUnable, "--ca-file: open"},
		"a file without any":      {[]string{"--ca-file", none}, ExitUnable, "--ca-file: " + none + " holds no certificate in PEM"},
		"a password in its URL":   {[]string{"--server", "https://ann:hunter2@127.0.0.1:1"}, ExitUnable, "--server: leave user and password out"},
		"a password in a bad URL": {[]string{"--server", "ann:hunter2@:x"}, ExitUnable, "--server: leave user and password out"},
	} {
		t.Run(name, func(t *testing.T) {
			arguments := append([]string{"import", "assets", "-", "--server", secure.URL, "--token", goodToken}, c.flags...)
			got := quiver(t, t.Context(), assetLines(1, 2), arguments...)
			if got.Code != c.code || !strings.Contains(got.Message, c.says) || len(got.pauses) > 0 || strings.Contains(got.Message+got.Err, "hunter2") {
				t.Errorf("%+v", got)
			}
		})
	}
}
