package auth

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestTheFirstStartMakesAKeyAndTheNextReadsIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "jwt.key")
	first, err := LocalKey(path)
	if err != nil {
		t.Fatal(err)
	}
	token, err := first.Sign(ana, time.Hour, noon)
	if err != nil {
		t.Fatal(err)
	}
	second, err := LocalKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifierOf(t, second, Options{Now: (&clock{noon}).Now}).Verify(token); err != nil {
		t.Errorf("the next start refuses a token of the first: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the key's mode is %04o, want 0600", mode)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("the directory holds %v (%v), want the key alone", entries, err)
	}
}

func TestProcessesThatStartAtOnceShareOneKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jwt.key")
	keys := make([]*Local, 16)
	var group sync.WaitGroup
	for i := range keys {
		group.Go(func() {
			key, err := LocalKey(path)
			if err != nil {
				t.Error(err)
				return
			}
			keys[i] = key
		})
	}
	group.Wait()
	for _, key := range keys {
		if key == nil || string(key.bytes) != string(keys[0].bytes) {
			t.Fatal("two processes have different keys")
		}
	}
}

func TestAKeyFileThatCannotBeTrustedIsRefused(t *testing.T) {
	const whole = `{"kty":"oct","alg":"HS256","use":"sig","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}`
	for name, c := range map[string]struct {
		content string
		mode    os.FileMode
		says    string
	}{
		"whole and private":     {whole, 0o600, ""},
		"whole and read-only":   {whole, 0o400, ""},
		"readable by all":       {whole, 0o644, "chmod 600"},
		"readable by the group": {whole, 0o640, "chmod 600"},
		"empty":                 {"", 0o600, "damaged"},
		"cut short":             {whole[:60], 0o600, "damaged"},
		"a short secret":        {`{"kty":"oct","alg":"HS256","k":"MDEyMw"}`, 0o600, "32 bytes"},
		"another kind of key":   {`{"kty":"RSA","n":"AQAB"}`, 0o600, `"kty":"oct"`},
		"something else":        {strings.Repeat("x", maxKeyFile+1), 0o600, "not a key"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "jwt.key")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			_, err := LocalKey(path)
			if c.says == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want one that names the file and says %q", err, c.says)
			}
			if kept, _ := os.ReadFile(path); string(kept) != c.content {
				t.Error("the file was changed")
			}
		})
	}
}

func TestASecretFileIsReadAsItIs(t *testing.T) {
	for name, c := range map[string]struct {
		content, says string
	}{
		"32 bytes":                  {strings.Repeat("s", 32), ""},
		"32 bytes and a line break": {strings.Repeat("s", 32) + "\r\n", ""},
		"31 bytes and a line break": {strings.Repeat("s", 31) + "\n", "has 31 bytes; HS256 needs at least 32"},
		"nothing":                   {"", "has 0 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "secret")
			if err := os.WriteFile(path, []byte(c.content), 0o444); err != nil {
				t.Fatal(err)
			}
			secret, err := SecretFile(path)
			if c.says == "" && (err != nil || len(secret.bytes) != 32) {
				t.Errorf("got %v, %v", secret, err)
			}
			if c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
		})
	}
	if _, err := SecretFile(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there is accepted")
	}
}
