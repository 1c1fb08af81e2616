package cli

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

// Version prints which build of Quiver this is.
type Version struct{}

// Run prints one line: the version that go build stamped, the commit and what
// the binary was built with and for.
func (Version) Run(streams Streams) error {
	_, err := fmt.Fprintln(streams.Out, ThisBuild())
	return err
}

// Build is what a binary was made from.
type Build struct {
	Version   string // of the tag, or go's own name for a commit without one; "" where it is not known
	Revision  string // the commit, "" where it is not known
	Modified  bool   // the working tree differed from the commit
	GoVersion string // as in go1.26.8
}

// String is the line that quiver version prints.
func (b Build) String() string {
	line := "quiver " + cmp.Or(b.Version, "(built from a working tree)")
	if b.Revision != "" {
		line += " commit " + b.Revision[:min(12, len(b.Revision))]
	}
	if b.Modified {
		line += " with changes"
	}
	return fmt.Sprintf("%s %s %s/%s", line, b.GoVersion, runtime.GOOS, runtime.GOARCH)
}

// ThisBuild reads what go build stamped into the running binary.
func ThisBuild() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return buildOf(info)
}

func buildOf(info *debug.BuildInfo) Build {
	b := Build{Version: info.Main.Version, GoVersion: runtime.Version()}
	if b.Version == "(devel)" {
		b.Version = ""
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
