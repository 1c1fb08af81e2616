package edge

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// Proxies are the networks of the proxies before this server: of them alone it
// is believed for whom they speak.
type Proxies []netip.Prefix

// ParseProxies reads networks, 10.0.0.0/8, and single addresses.
func ParseProxies(list []string) (Proxies, error) {
	var proxies Proxies
	for _, text := range list {
		text = strings.TrimSpace(text)
		if address, err := netip.ParseAddr(text); err == nil && address.Zone() == "" {
			address = address.Unmap()
			proxies = append(proxies, netip.PrefixFrom(address, address.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(text)
		if err != nil || prefix.Addr().Is4In6() {
			return nil, enablement.Errorf(enablement.BadUserInput, "--trusted-proxies: %q is neither a network such as 10.0.0.0/8 nor an address", text)
		}
		proxies = append(proxies, prefix)
	}
	return proxies, nil
}

// trust tells whether an address is one of the proxies.
func (p Proxies) trust(a netip.Addr) bool {
	for _, network := range p {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// Client is the address that a request comes from: the peer's or, where that is
// a proxy of ours, the last one named by X-Forwarded-For or Forwarded (RFC 7239)
// that is none. What stands before it anybody may have written.
//
// A proxy writes one of the two headers and lets the other through as the
// client sent it. Where both are there and differ, the proxy itself counts.
func (p Proxies) Client(r *http.Request) netip.Addr {
	peer := parseAddress(r.RemoteAddr)
	if !p.trust(peer) {
		return peer
	}
	plain, standard := r.Header.Values("X-Forwarded-For"), r.Header.Values("Forwarded")
	switch {
	case len(standard) == 0:
		return p.last(peer, plain, func(hop string) string { return hop })
	case len(plain) == 0:
		return p.last(peer, standard, forwardedFor)
	}
	client := p.last(peer, plain, func(hop string) string { return hop })
	if client != p.last(peer, standard, forwardedFor) {
		return peer
	}
	return client
}

// last walks the hops from the nearest to the farthest, past our own proxies.
// One that is no address ends the walk: the proxy that wrote it counts.
func (p Proxies) last(nearest netip.Addr, headers []string, address func(hop string) string) netip.Addr {
	for i := len(headers) - 1; i >= 0; i-- {
		for rest, more := headers[i], true; more; {
			var hop string
			comma := strings.LastIndexByte(rest, ',')
			hop, more = rest[comma+1:], comma >= 0
			rest = rest[:max(comma, 0)]
			next := parseAddress(address(hop))
			if !next.IsValid() {
				return nearest
			}
			if nearest = next; !p.trust(nearest) {
				return nearest
			}
		}
	}
	return nearest
}

// forwardedFor takes the address out of one element of Forwarded:
// for="[2001:db8::1]:4711";proto=https. Within an address there is no comma and
// no semicolon.
func forwardedFor(hop string) string {
	for pair := range strings.SplitSeq(hop, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if strings.EqualFold(name, "for") {
			return strings.Trim(value, `"`)
		}
	}
	return ""
}

// parseAddress reads an address with or without a port; the zero Addr where it
// is none. An IPv4 address in IPv6's clothes is an IPv4 address.
func parseAddress(text string) netip.Addr {
	text = strings.TrimSpace(text)
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().WithZone("").Unmap()
	}
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if err != nil {
		return netip.Addr{}
	}
	return address.WithZone("").Unmap()
}
