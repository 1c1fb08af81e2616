package edge

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/rs/cors"

	"github.com/quiverhq/quiver/enablement"
)

// preflightSeconds is how long a browser may remember that a page may call the
// API: the most that Chromium keeps.
const preflightSeconds = 7200

// CORS lets pages of the origins call the API from a browser; * for any, none
// for no other than this server's own. There are no cookies to send along, so
// credentials are never allowed. An origin that no browser would send is an
// error that names the flag.
func CORS(origins []string) (func(http.Handler) http.Handler, error) {
	for _, origin := range origins {
		if origin != "*" && !isOrigin(origin) {
			return nil, enablement.Errorf(enablement.BadUserInput,
				"--cors-origins: %q is no origin: write scheme and host alone, as in https://crm.example, or * for any", origin)
		}
	}
	o := cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: []string{http.MethodGet, http.MethodPost},
		AllowedHeaders: []string{"Authorization", "Content-Type", "Accept"},
		ExposedHeaders: []string{"X-Request-Id", "RateLimit", "RateLimit-Policy", "Retry-After"},
		MaxAge:         preflightSeconds,
	}
	if len(origins) == 0 { // which the library takes for any
		o.AllowOriginFunc = func(string) bool { return false }
	}
	return cors.New(o).Handler, nil
}

// isOrigin tells whether a text is as browsers write an origin; *. may stand
// before the host for all that is below it.
func isOrigin(text string) bool {
	plain := strings.Replace(text, "://*.", "://", 1)
	u, err := url.Parse(plain)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Scheme+"://"+u.Host == plain && u.Hostname() != "" && !strings.Contains(u.Host, "*")
}
