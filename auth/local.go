package auth

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Local is the key of a server that signs its own tokens: an HS256 secret
// which the server makes at its first start. It is symmetric because the one
// who verifies is the one who signs, and because it verifies fifty times
// faster than a signature.
type Local struct{ Secret }

// localKey is the file's form: a JSON Web Key (RFC 7517), which other tools
// read too.
type localKey struct {
	Type      string `json:"kty"`
	Algorithm string `json:"alg"`
	Use       string `json:"use"`
	Key       string `json:"k"` // base64url without padding
}

// LocalKey reads the key at path and makes it first where there is none, with
// mode 0600 and on disk before it is used. A file that others may read, or
// that does not hold such a key, is an error that says what to do about it.
// Several processes may call it at once: they end up with the same key.
func LocalKey(path string) (*Local, error) {
	key, err := readLocalKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeLocalKey(path); err != nil {
			return nil, fmt.Errorf("make the signing key %s: %w", path, err)
		}
		key, err = readLocalKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the signing key: %w", err)
	}
	return key, nil
}

func readLocalKey(path string) (*Local, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("%s may be read or changed by others (mode %04o): run chmod 600 on it, and if anyone may have read it, "+
			"delete it, so that the next start makes a new one", path, mode)
	}
	content, err := readKeyFile(path)
	if err != nil {
		return nil, err
	}
	secret, err := parseLocalKey(content)
	if err != nil {
		return nil, fmt.Errorf("%s is damaged (%w): restore it from a backup, or delete it, so that the next start makes a new one; "+
			"tokens signed with the old one then stop working", path, err)
	}
	return &Local{Secret{bytes: secret}}, nil
}

func parseLocalKey(content []byte) ([]byte, error) {
	var key localKey
	decoder := json.NewDecoder(bytes.NewReader(content))
	if err := decoder.Decode(&key); err != nil {
		return nil, errors.New("not a JSON Web Key") // the cause could quote the secret
	}
	if key.Type != "oct" || key.Algorithm != "HS256" {
		return nil, errors.New(`not a key with "kty":"oct" and "alg":"HS256"`)
	}
	secret, err := base64.RawURLEncoding.Strict().DecodeString(key.Key)
	if err != nil || len(secret) != minSecret {
		return nil, fmt.Errorf(`"k" is not %d bytes of base64url`, minSecret)
	}
	return secret, nil
}

// makeLocalKey writes a new key beside path, syncs it and links it into place:
// the file is whole from its first moment on, and never overwrites another.
func makeLocalKey(path string) error {
	secret := make([]byte, minSecret)
	rand.Read(secret) // never fails: crypto/rand
	content, err := json.Marshal(localKey{"oct", "HS256", "sig", base64.RawURLEncoding.EncodeToString(secret)})
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(dir, ".jwt.key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	if err := writeSynced(temporary, append(content, '\n')); err != nil {
		return err
	}
	if err := place(temporary.Name(), path); err != nil {
		return err
	}
	return syncDirectory(dir)
}

func writeSynced(f *os.File, content []byte) error {
	_, err := f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// place gives the finished file its name. Another process's key that is there
// already wins. A file system without hard links gets a rename instead.
func place(temporary, path string) error {
	err := os.Link(temporary, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	return os.Rename(temporary, path)
}

// syncDirectory makes the new name survive a power cut.
func syncDirectory(dir string) error {
	if runtime.GOOS == "windows" { // where directories cannot be synced
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
