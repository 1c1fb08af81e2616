package resolvers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/quiverhq/quiver/enablement"
)

// presented gives what a client reads of an error, and what the log says.
func presented(ctx context.Context, err error) (*gqlerror.Error, string) {
	var log bytes.Buffer
	out := PresentError(slog.New(slog.NewTextHandler(&log, nil)))(ctx, err)
	return out, log.String()
}

func TestACodedErrorReachesTheClient(t *testing.T) {
	missing := enablement.Missing("asset", "ast_1")
	invalid := enablement.Invalid([]enablement.FieldError{{Path: "title", Message: "must not be empty"}, {Path: "url", Message: "is no URL"}})
	unreachable := enablement.Unreachable("the database", errors.New("dial 10.0.0.7: refused"))
	for name, c := range map[string]struct {
		err     error
		code    enablement.Code
		message string
		fields  any
		logged  string // empty: nothing
	}{
		"as it is":                    {missing, enablement.NotFound, `no asset has the id "ast_1"`, nil, ""},
		"wrapped":                     {fmt.Errorf("save it: %w", fmt.Errorf("read it: %w", missing)), enablement.NotFound, `no asset has the id "ast_1"`, nil, ""},
		"in a joined error":           {errors.Join(errors.New("secret"), missing), enablement.NotFound, `no asset has the id "ast_1"`, nil, ""},
		"in a GraphQL error":          {&gqlerror.Error{Err: missing, Message: "secret"}, enablement.NotFound, `no asset has the id "ast_1"`, nil, ""},
		"bad input with its fields":   {invalid, enablement.BadUserInput, "title: must not be empty (and 1 more)", []enablement.FieldError{{Path: "title", Message: "must not be empty"}, {Path: "url", Message: "is no URL"}}, ""},
		"bad input without fields":    {enablement.Errorf(enablement.BadUserInput, "is wrong"), enablement.BadUserInput, "is wrong", []enablement.FieldError{{Path: "", Message: "is wrong"}}, ""},
		"unavailable, cause kept":     {unreachable, enablement.Unavailable, "the database cannot be reached at the moment; try again", nil, "10.0.0.7"},
		"a deadline":                  {fmt.Errorf("secret: %w", context.DeadlineExceeded), enablement.Unavailable, "the request took too long and was stopped", nil, ""},
		"a client that went":          {fmt.Errorf("secret: %w", context.Canceled), enablement.Unavailable, "the request was given up by the client", nil, ""},
		"a fault of the document":     {&gqlerror.Error{Message: "Cannot query field"}, enablement.BadUserInput, "Cannot query field", []enablement.FieldError{{Path: "", Message: "Cannot query field"}}, ""},
		"an error that has no code":   {errors.New("secret: password is swordfish"), enablement.Internal, "internal error; the log knows more under request req-7", nil, "swordfish"},
		"a GraphQL error of an error": {gqlerror.Wrap(errors.New("secret: swordfish")), enablement.Internal, "internal error; the log knows more under request req-7", nil, "swordfish"},
	} {
		t.Run(name, func(t *testing.T) {
			out, log := presented(WithRequestID(t.Context(), "req-7"), c.err)
			if out.Message != c.message || out.Extensions["code"] != c.code {
				t.Errorf("%s %q, want %s %q", out.Extensions["code"], out.Message, c.code, c.message)
			}
			if diff := cmp.Diff(c.fields, out.Extensions["fields"]); diff != "" {
				t.Error(diff)
			}
			if text := string(marshal(out)); strings.Contains(text, "secret") || strings.Contains(text, "swordfish") || strings.Contains(text, "10.0.0.7") {
				t.Errorf("the client reads %s", text)
			}
			if (c.logged == "") != (log == "") || !strings.Contains(log, c.logged) || c.logged != "" && (!strings.Contains(log, "req-7") || strings.Count(log, "\n") != 1) {
				t.Errorf("the log says %q, want one line with %q", log, c.logged)
			}
		})
	}
}

func TestAPanicIsAnInternalErrorAndItsCauseStaysInTheLog(t *testing.T) {
	var log bytes.Buffer
	err := Recover(slog.New(slog.NewTextHandler(&log, nil)))(WithRequestID(t.Context(), "req-7"), "index out of range [swordfish]")
	if enablement.CodeOf(err) != enablement.Internal || strings.Contains(err.Error(), "swordfish") || !strings.Contains(err.Error(), "req-7") {
		t.Errorf("the client reads %v", err)
	}
	if !strings.Contains(log.String(), "swordfish") || !strings.Contains(log.String(), "errors_test.go") || !strings.Contains(log.String(), "req-7") {
		t.Errorf("the log says %s", &log)
	}
	if out, again := presented(t.Context(), err); out.Extensions["code"] != enablement.Internal || again != "" {
		t.Errorf("presented as %v, logged again: %q", out, again)
	}
}

// A field has one name, however the client hands it over.
func TestAFieldIsNamedAsItsSenderWouldNameIt(t *testing.T) {
	schema := newPublicSchema(t)
	named := func(document, variable string, rest ...ast.PathElement) string {
		doc, faults := parseAndValidate(schema.Schema(), document)
		if len(faults) > 0 {
			t.Fatalf("%s: %v", document, faults)
		}
		ctx := graphql.WithOperationContext(t.Context(), &graphql.OperationContext{Operation: doc.Operations[0]})
		return inputPath(ctx, slices.Concat(ast.Path{ast.PathName("variable"), ast.PathName(variable)}, ast.Path(rest)))
	}
	title, types, one := ast.PathName("title"), ast.PathName("types"), ast.PathIndex(1)
	for _, c := range []struct{ got, want string }{
		{named(`mutation($input: AssetInput!) { createAsset(input: $input) { id } }`, "input", title), "title"},
		{named(`mutation($i: AssetInput!) { createAsset(input: $i) { id } }`, "i", title), "title"},
		{named(`mutation($i: AssetInput!) { createAsset(input: $i) { id } }`, "i"), "input"},
		{named(`mutation($t: String!) { createAsset(input: {title: $t}) { id } }`, "t"), "title"},
		{named(`mutation($t: String!) { importAssets(rows: [{title: "a"}, {title: $t}]) { created } }`, "t"), "rows[1].title"},
		{named(`mutation($r: [AssetInput!]!) { importAssets(rows: $r) { created } }`, "r", one, title), "rows[1].title"},
		{named(`query($f: AssetFilter) { assets(filter: $f) { totalCount } }`, "f", types, one), "filter.types[1]"},
		{named(`query($n: Int) { viewer { id } ... on Query { leads(first: $n) { totalCount } } }`, "n"), "first"},
		{named(`query($n: Int) { ...a } fragment a on Query { leads { nodes { sends(first: $n) { totalCount } } } }`, "n"), "first"},
		{named(`query($n: Boolean!) { viewer @skip(if: $n) { id } }`, "n"), "n"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	for want, path := range map[string]ast.Path{
		"":                {},
		"assets":          {ast.PathName("assets")},
		"first":           {ast.PathName("assets"), ast.PathName("first")},
		"title":           {ast.PathName("createAsset"), ast.PathName("input"), title},
		"input":           {ast.PathName("createAsset"), ast.PathName("input")},
		"filter.types[1]": {ast.PathName("assets"), ast.PathName("filter"), types, one},
	} {
		if got := inputPath(t.Context(), path); got != want {
			t.Errorf("%v is named %q, want %q", path, got, want)
		}
	}
}
