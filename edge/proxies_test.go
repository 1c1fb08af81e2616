package edge

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func TestTheAddressThatCounts(t *testing.T) {
	proxies, err := ParseProxies([]string{"10.0.0.0/8", " 192.0.2.7", "2001:db8:f::/48"})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		peer           string
		xff, forwarded []string
		want           string
	}{
		"nobody between":                         {"203.0.113.5:99", nil, nil, "203.0.113.5"},
		"a stranger who claims to be a proxy":    {"203.0.113.5:99", []string{"198.51.100.1"}, []string{"for=198.51.100.1"}, "203.0.113.5"},
		"a proxy that says nothing":              {"10.1.2.3:99", nil, nil, "10.1.2.3"},
		"a proxy":                                {"10.1.2.3:99", []string{"198.51.100.1"}, nil, "198.51.100.1"},
		"a proxy named alone":                    {"192.0.2.7:99", []string{"198.51.100.1"}, nil, "198.51.100.1"},
		"the neighbour of one named alone":       {"192.0.2.8:99", []string{"198.51.100.1"}, nil, "192.0.2.8"},
		"what the client wrote before":           {"10.1.2.3:99", []string{"127.0.0.1, 10.9.9.9, 198.51.100.1"}, nil, "198.51.100.1"},
		"two proxies":                            {"10.1.2.3:99", []string{"1.1.1.1, 198.51.100.1, 10.4.4.4"}, nil, "198.51.100.1"},
		"over several lines":                     {"10.1.2.3:99", []string{"1.1.1.1", "198.51.100.1", "10.4.4.4"}, nil, "198.51.100.1"},
		"proxies alone":                          {"10.1.2.3:99", []string{"10.5.5.5, 10.4.4.4"}, nil, "10.5.5.5"},
		"with a port":                            {"10.1.2.3:99", []string{"198.51.100.1:4711"}, nil, "198.51.100.1"},
		"IPv6":                                   {"[2001:db8:f::1]:99", []string{"2001:db8:1::2"}, nil, "2001:db8:1::2"},
		"IPv6 in brackets with a port":           {"10.1.2.3:99", []string{"[2001:db8:1::2]:4711"}, nil, "2001:db8:1::2"},
		"IPv4 in IPv6":                           {"[::ffff:10.1.2.3]:99", []string{"::ffff:198.51.100.1"}, nil, "198.51.100.1"},
		"a zone":                                 {"10.1.2.3:99", []string{"fe80::1%eth0"}, nil, "fe80::1"},
		"no address":                             {"10.1.2.3:99", []string{"198.51.100.1, unknown"}, nil, "10.1.2.3"},
		"no address behind a proxy":              {"10.1.2.3:99", []string{"unknown, 10.4.4.4"}, nil, "10.4.4.4"},
		"nothing between commas":                 {"10.1.2.3:99", []string{"198.51.100.1,,"}, nil, "10.1.2.3"},
		"an empty header":                        {"10.1.2.3:99", []string{""}, nil, "10.1.2.3"},
		"Forwarded":                              {"10.1.2.3:99", nil, []string{`for=1.1.1.1, for=198.51.100.1;proto=https;by=10.1.2.3`}, "198.51.100.1"},
		"Forwarded, quoted, in any case":         {"10.1.2.3:99", nil, []string{`Proto=http; FOR="[2001:db8:1::2]:4711"`}, "2001:db8:1::2"},
		"Forwarded, two proxies":                 {"10.1.2.3:99", nil, []string{"for=198.51.100.1", "for=10.4.4.4"}, "198.51.100.1"},
		"Forwarded, a hidden name":               {"10.1.2.3:99", nil, []string{"for=198.51.100.1, for=_secret"}, "10.1.2.3"},
		"Forwarded without for":                  {"10.1.2.3:99", nil, []string{"proto=https"}, "10.1.2.3"},
		"both say the same":                      {"10.1.2.3:99", []string{"198.51.100.1"}, []string{"for=198.51.100.1"}, "198.51.100.1"},
		"a client's Forwarded let through":       {"10.1.2.3:99", []string{"198.51.100.1"}, []string{"for=7.7.7.7"}, "10.1.2.3"},
		"a client's X-Forwarded-For let through": {"10.1.2.3:99", []string{"7.7.7.7"}, []string{"for=198.51.100.1"}, "10.1.2.3"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &http.Request{RemoteAddr: c.peer, Header: http.Header{"X-Forwarded-For": c.xff, "Forwarded": c.forwarded}}
			if got := proxies.Client(r); got != netip.MustParseAddr(c.want) {
				t.Errorf("%s counts, want %s", got, c.want)
			}
			direct := Proxies(nil).Client(r)
			if peer, _, _ := strings.Cut(strings.TrimPrefix(c.peer, "[::ffff:"), ":"); direct.Is4() && strings.TrimSuffix(peer, "]") != direct.String() {
				t.Errorf("without a list %s counts, want the peer", direct)
			}
		})
	}
}

func TestAProxyThatIsNoneNamesItsFlag(t *testing.T) {
	for _, bad := range []string{"", "10.0.0.0/33", "proxy.example", "10.0.0", "::ffff:10.0.0.0/104", "fe80::1%eth0"} {
		if _, err := ParseProxies([]string{bad}); err == nil || !strings.Contains(err.Error(), "--trusted-proxies") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzClient(f *testing.F) {
	f.Add("1.1.1.1, 10.0.0.1", `for="[::1]:4";by=x, for=10.0.0.2`)
	f.Add(",,,", ";=;")
	proxies := Proxies{netip.MustParsePrefix("10.0.0.0/8")}
	f.Fuzz(func(t *testing.T, xff, forwarded string) {
		r := &http.Request{RemoteAddr: "10.1.2.3:99", Header: http.Header{"X-Forwarded-For": {xff}, "Forwarded": {forwarded}}}
		if got := proxies.Client(r); !got.IsValid() || got.Zone() != "" || got.Is4In6() {
			t.Errorf("%v", got)
		}
	})
}
