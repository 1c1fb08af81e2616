package edge

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWhichOriginsMayCall(t *testing.T) {
	for name, c := range map[string]struct {
		list   []string
		origin string
		want   string
	}{
		"any":                     {[]string{"*"}, "https://crm.example", "*"},
		"one that is listed":      {[]string{"https://a.example", "https://crm.example"}, "https://crm.example", "https://crm.example"},
		"one that is not":         {[]string{"https://crm.example"}, "https://evil.example", ""},
		"the same name over HTTP": {[]string{"https://crm.example"}, "http://crm.example", ""},
		"another port":            {[]string{"https://crm.example"}, "https://crm.example:8443", ""},
		"one that ends alike":     {[]string{"https://crm.example"}, "https://evil-crm.example", ""},
		"one that begins alike":   {[]string{"https://crm.example"}, "https://crm.example.evil.example", ""},
		"a sandboxed page":        {[]string{"https://crm.example"}, "null", ""},
		"below a host":            {[]string{"https://*.corp.example"}, "https://crm.corp.example", "https://crm.corp.example"},
		"beside that host":        {[]string{"https://*.corp.example"}, "https://evilcorp.example", ""},
		"below another":           {[]string{"https://*.corp.example"}, "https://a.corp.example.evil.example", ""},
		"none":                    {nil, "https://crm.example", ""},
	} {
		t.Run(name, func(t *testing.T) {
			handler, err := CORS(c.list)
			if err != nil {
				t.Fatal(err)
			}
			for _, method := range []string{http.MethodOptions, http.MethodPost} {
				r := httptest.NewRequest(method, "/graphql", nil)
				r.Header.Set("Origin", c.origin)
				if method == http.MethodOptions {
					r.Header.Set("Access-Control-Request-Method", "POST")
					r.Header.Set("Access-Control-Request-Headers", "authorization,content-type")
				}
				w := httptest.NewRecorder()
				handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
				header := w.Header()
				if got := header.Get("Access-Control-Allow-Origin"); got != c.want {
					t.Errorf("%s: allows %q, want %q", method, got, c.want)
				}
				if header.Get("Access-Control-Allow-Credentials") != "" {
					t.Errorf("%s: credentials are allowed", method)
				}
				for _, name := range []string{"Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Max-Age", "Access-Control-Expose-Headers"} {
					if c.want == "" && header.Get(name) != "" {
						t.Errorf("%s: %s tells %s to one who may not call", method, name, header.Get(name))
					}
				}
			}
		})
	}
}

func TestAnOriginThatNoBrowserSendsNamesItsFlag(t *testing.T) {
	for _, bad := range []string{"crm.example", "https://crm.example/", "https://crm.example/app", "null", "https://", "ftp://crm.example",
		"https://ann:secret@crm.example", "https://crm.example*", "https://*crm.example", "https://a.*.example", "*.example", "https://crm.example?x", "https://:443", "HTTPS://crm.example"} {
		if _, err := CORS([]string{"*", bad}); err == nil || !strings.Contains(err.Error(), "--cors-origins") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
