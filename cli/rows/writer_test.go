package rows

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whatever an export writes, an import reads back the same, in both formats.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	word := rapid.StringMatching(`[a-zA-ZäöüÀ-ÿ0-9;|",'\[\]{}=+@<>&-][ a-zA-Zé;|",'\[\]-]{0,8}[a-z;"\]]`)
	text := rapid.StringMatching(`[a-z"=,;é][ -~\nä€😀]{0,40}[a-z".;]`)
	row := rapid.Custom(func(t *rapid.T) map[string]any {
		out := map[string]any{"title": word.Draw(t, "title")}
		if rapid.Bool().Draw(t, "with more") {
			out["externalId"] = word.Draw(t, "externalId")
			out["summary"] = text.Draw(t, "summary")
			out["body"] = text.Draw(t, "body")
			out["type"] = rapid.SampledFrom(ShapeOf(Assets).Fields[4].Values).Draw(t, "type")
			out["personas"] = rapid.SliceOfN(word, 1, 4).Draw(t, "personas")
			out["topics"] = rapid.SliceOfN(word, 1, 4).Draw(t, "topics")
			out["funnelStages"] = []string{"DECISION", "RETENTION"}
			out["publishedAt"] = "2026-03-31T09:00:00.25Z"
		}
		return out
	})
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(row, 1, 5).Draw(t, "rows")
		format := rapid.SampledFrom([]Format{JSONL, CSV}).Draw(t, "format")
		var file bytes.Buffer
		writer, err := NewWriter(&file, Assets, format)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all {
			if err := writer.Write(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := writer.Flush(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(all, readBack(t, file.String(), format)); diff != "" {
			t.Fatalf("%s\n%s", file.String(), diff)
		}
	})
}

func readBack(t *rapid.T, text string, format Format) []map[string]any {
	reader, err := Open(strings.NewReader(text), Options{Noun: Assets, Format: format, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	for {
		row, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil || len(row.Faults) > 0 {
			t.Fatalf("%s\n%v %v", text, err, row.Faults)
		}
		if at, ok := row.Input["publishedAt"].(time.Time); ok {
			row.Input["publishedAt"] = at.Format(time.RFC3339Nano)
		}
		out = append(out, row.Input)
	}
}

func TestEmptyListsAreWrittenInJSONAndLeftOutOfCSV(t *testing.T) {
	for format, want := range map[Format]string{
		JSONL: `{"title":"<T>","topics":[]}` + "\n",
		CSV: "externalId,title,summary,body,type,status,url,personas,industries,funnelStages,topics,language,publishedAt,expiresAt,verifiedAt\n" +
			",<T>,,,,,,,,,,,,,\n",
	} {
		var file bytes.Buffer
		writer, err := NewWriter(&file, Assets, format)
		if err == nil {
			err = writer.Write(map[string]any{"title": "<T>", "topics": []string{}})
		}
		if err == nil {
			err = writer.Flush()
		}
		if err != nil || file.String() != want {
			t.Errorf("%s: %v\n got %s\nwant %s", format, err, file.String(), want)
		}
	}
}

// Any bytes at all: the reader comes to an end, numbers its lines upwards and
// lets no row through that could not be written as JSON and read again.
func FuzzReader(f *testing.F) {
	f.Add([]byte(`{"title": "T", "topics": ["a"], "publishedAt": "2026-03-31"}`+"\n{}\n[]\n"), byte(0))
	f.Add([]byte("title,topics\n\"a\nb\",x;y\n"), byte(0))
	f.Add([]byte("externalId;lead;assets;rep;sentAt\n1;2;3|4;5;2026-01-01\n"), byte(2))
	f.Add([]byte("email\n\"open\nb@x.org\n"), byte(1))
	f.Add([]byte("\xef\xbb\xbf{\"e-mail\":\"\\ud800\"}"), byte(1))
	f.Fuzz(func(t *testing.T, file []byte, noun byte) {
		o := Options{Noun: []Noun{Assets, Leads, Sends}[noun%3], Now: now}
		reader, err := Open(bytes.NewReader(file), o)
		if err != nil {
			return
		}
		last := 0
		for {
			row, err := reader.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if row.Line <= last {
				t.Fatalf("line %d after line %d", row.Line, last)
			}
			last = row.Line
			if len(row.Faults) == 0 {
				readAgain(t, row, o)
			}
		}
	})
}

func readAgain(t *testing.T, row Row, o Options) {
	encoded, err := Encode(row.Input)
	if err != nil {
		t.Fatal(err)
	}
	o.Format = JSONL
	reader, err := Open(bytes.NewReader(encoded), o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := reader.Next()
	if err != nil {
		t.Fatalf("%s: %v", encoded, err)
	}
	if diff := cmp.Diff(row.Input, again.Input); diff != "" || len(again.Faults) > 0 {
		t.Fatalf("%s: %v\n%s", encoded, again.Faults, diff)
	}
}
