package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// maxKeySet is the most that a key set is read for, in bytes.
const maxKeySet = 1 << 20

// keySetTransport fetches key sets and hands on only what may verify a token:
// keys for signatures, never symmetric ones. An answer without any is an
// error, so that a provider's bad moment does not empty the keys at hand.
type keySetTransport struct{ next http.RoundTripper }

// RoundTrip makes one request.
func (t keySetTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(r)
	if err != nil || response.StatusCode != http.StatusOK {
		return response, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxKeySet+1))
	if err != nil {
		return nil, fmt.Errorf("read the key set: %w", err)
	}
	if len(content) > maxKeySet {
		return nil, fmt.Errorf("the key set has more than %d bytes", maxKeySet)
	}
	if content, err = verifyingKeys(content); err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(content))
	response.ContentLength = int64(len(content))
	response.Header.Set("Content-Length", strconv.Itoa(len(content)))
	return response, nil
}

// verifyingKeys gives the key set without the keys that are not public keys
// for signatures.
func verifyingKeys(content []byte) ([]byte, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(content, &set); err != nil {
		return nil, errors.New("the answer is not a JSON Web Key Set")
	}
	fit := []json.RawMessage{}
	for _, raw := range set.Keys {
		var key struct {
			Type string `json:"kty"`
			Use  string `json:"use"`
		}
		if err := json.Unmarshal(raw, &key); err != nil {
			return nil, errors.New("the answer is not a JSON Web Key Set")
		}
		if key.Type != "oct" && (key.Use == "" || key.Use == "sig") {
			fit = append(fit, raw)
		}
	}
	if len(fit) == 0 {
		return nil, errors.New("the key set has no public key for signatures")
	}
	set.Keys = fit
	return json.Marshal(set)
}
