package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Version prints which build of Quiver this is.
type Version struct{}

// Run prints one line: the version that go build stamped, the commit and what
// the binary was built with and for.
func (Version) Run(streams Streams) error {
	_, err := fmt.Fprintln(streams.Out, Build())
	return err
}

// Build says which build of Quiver this is, in one line.
func Build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return describe(info)
}

func describe(info *debug.BuildInfo) string {
	version := info.Main.Version
	if version == "" || version == "(devel)" {
		version = "(built from a working tree)"
	}
	line := "quiver " + version
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if commit := settings["vcs.revision"]; commit != "" {
		line += " commit " + commit[:min(12, len(commit))]
		if settings["vcs.modified"] == "true" {
			line += " with changes"
		}
	}
	return fmt.Sprintf("%s %s %s/%s", line, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
