package cli

import (
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

func TestTheVersionNamesTheBuild(t *testing.T) {
	built := " " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
	cases := []struct {
		info debug.BuildInfo
		want string
	}{
		{debug.BuildInfo{}, "quiver (built from a working tree)" + built},
		{debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "quiver v1.2.3" + built},
		{debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.modified", Value: "true"},
		}}, "quiver (built from a working tree) commit 0123456789ab with changes" + built},
	}
	for _, c := range cases {
		if got := buildOf(&c.info).String(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	if got := quiver(t, t.Context(), "", "version"); got.Code != 0 || !strings.HasPrefix(got.Out, "quiver ") {
		t.Errorf("%+v", got)
	}
}
