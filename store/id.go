package store

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// newID is an id that nobody has used: the prefix and a UUIDv7, so that ids sort
// by the time they were made.
func newID(prefix string) string {
	id := uuid.Must(uuid.NewV7()) // fails only where the system has no randomness
	return prefix + hex.EncodeToString(id[:])
}

// idOf is an id before all that newID makes from a time on.
func idOf(prefix string, from time.Time) string {
	return fmt.Sprintf("%s%012x", prefix, max(0, from.UnixMilli()))
}

// derivedID is the same id for the same parts, whoever derives it: 160 bits of
// their SHA-256 in 32 characters.
func derivedID(prefix string, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return prefix + strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20]))
}
