package edge

import "net/http"

// strictTransport has a browser come back over TLS for a year (RFC 6797). What
// other hosts of the domain do is not ours to say.
const strictTransport = "max-age=31536000"

// Headers puts on every answer what keeps a browser from taking it for anything
// else: it is shown in no frame, loads nothing, is no other type than it says,
// and no page of another origin embeds it or keeps hold of its window. Handlers
// may set their own: the explorer has a policy for what it loads.
func Headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY") // for what does not know frame-ancestors
		header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin") // fetch goes by CORS instead
		if r.TLS != nil {
			header.Set("Strict-Transport-Security", strictTransport)
		}
		next.ServeHTTP(w, r)
	})
}
