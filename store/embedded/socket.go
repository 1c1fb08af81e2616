package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// maxSocketPath is what every system takes as the path of a unix socket:
// sockaddr_un holds 104 bytes on BSD and macOS, 108 on Linux, one of them the
// closing NUL.
const maxSocketPath = 103

// socket is the place of the engine's unix socket.
type socket struct {
	path string
	temp string // the directory made for it; empty: it lies in the data directory
}

// newSocket finds a place for the socket in dir or, where that path is too
// long, in a private temporary directory.
func newSocket(dir string) (*socket, error) {
	s := &socket{path: filepath.Join(dir, "engine.sock")}
	if len(s.path) > maxSocketPath {
		temp, err := os.MkdirTemp("", "quiver-") // mode 0700
		if err != nil {
			return nil, fmt.Errorf("make a directory for the engine's socket: %w", err)
		}
		s.temp, s.path = temp, filepath.Join(temp, "engine.sock")
		if len(s.path) > maxSocketPath {
			return nil, errors.Join(fmt.Errorf("the path of the engine's socket is too long, in the data directory and in %s: set TMPDIR to a shorter one", temp), s.remove())
		}
	}
	// A crash leaves the socket behind; the lock says that nobody listens.
	if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove the socket that a crash left behind: %w", err)
	}
	return s, nil
}

func (s *socket) remove() error {
	if s.temp != "" {
		return os.RemoveAll(s.temp)
	}
	if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the engine's socket: %w", err)
	}
	return nil
}
