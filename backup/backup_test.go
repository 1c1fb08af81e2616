package backup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// sample writes a backup of two collections and an empty one.
func sample(t *testing.T, documents int) ([]byte, *Summary) {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, Header{Quiver: "test", Schema: 1, TakenAt: time.Unix(1_770_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sends", "none", "assets"} {
		must(t, w.Begin(name))
		for i := range documents {
			if name != "none" {
				must(t, w.Add(document(name, i)))
			}
		}
		must(t, w.End())
	}
	s, err := w.Close()
	must(t, err)
	return out.Bytes(), s
}

func document(name string, i int) bson.Raw {
	raw, _ := bson.Marshal(bson.D{{Key: "_id", Value: fmt.Sprintf("%s-%d", name, i)}, {Key: "n", Value: i}})
	return raw
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// read gives what Read hands on, and its answer.
func read(in []byte) (documents []string, s *Summary, err error) {
	s, err = Read(bytes.NewReader(in), func(name string, d bson.Raw) error {
		documents = append(documents, name+" "+d.String())
		return nil
	})
	return documents, s, err
}

func TestABackupReadsAsItWasWritten(t *testing.T) {
	in, wrote := sample(t, 3)
	documents, s, err := read(in)
	must(t, err)
	if diff := cmp.Diff(wrote, s); diff != "" {
		t.Errorf("summary (-wrote +read):\n%s", diff)
	}
	if len(documents) != 6 || documents[0] != "sends "+document("sends", 0).String() || s.Documents != 6 || len(s.Collections) != 3 {
		t.Errorf("read %v, %+v", documents, s)
	}
}

// Whatever single byte is changed, wherever it is cut off and whatever is put
// behind it: a reader is told, or reads just what was written.
func TestNoDamageGoesUnnoticed(t *testing.T) {
	in, wrote := sample(t, 20)
	want, _, _ := read(in)
	for at := range in {
		for _, flip := range []byte{0x01, 0x10, 0x80} {
			damaged := slices.Clone(in)
			damaged[at] ^= flip
			if got, s, err := read(damaged); err == nil && (!slices.Equal(got, want) || s.SHA256 != wrote.SHA256) {
				t.Fatalf("byte %d of %d changed by %#x: not noticed", at, len(in), flip)
			}
		}
		if _, _, err := read(in[:at]); err == nil {
			t.Fatalf("cut off at byte %d of %d: not noticed", at, len(in))
		}
	}
	if _, _, err := read(append(slices.Clone(in), 'x')); err == nil {
		t.Error("a byte behind the end: not noticed")
	}
}

// Somebody changes a document and compresses the rest anew: the sums tell, and
// say in which collection.
func TestDamageIsToldWithItsPlace(t *testing.T) {
	in, _ := sample(t, 20)
	line, body, _ := bytes.Cut(in, []byte("\n"))
	decoder, err := zstd.NewReader(bytes.NewReader(body))
	must(t, err)
	plain, err := io.ReadAll(decoder)
	must(t, err)
	repacked := func(line, plain []byte) []byte {
		var out bytes.Buffer
		out.Write(append(slices.Clone(line), '\n'))
		encoder, _ := zstd.NewWriter(&out)
		encoder.Write(plain)
		must(t, encoder.Close())
		return out.Bytes()
	}
	last := bytes.LastIndex(plain, []byte("sends-19"))
	assets := bytes.Index(plain, []byte("assets-0"))
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"a document changed":        {repacked(line, bytes.Replace(plain, []byte("sends-7"), []byte("sends-8"), 1)), "in the collection sends: the checksum"},
		"another build named":       {repacked(bytes.Replace(line, []byte(`"test"`), []byte(`"tost"`), 1), plain), "as a whole: the checksum"},
		"cut off in a collection":   {repacked(line, plain[:last]), "in the collection sends behind document 19: it ends there"},
		"cut off between":           {repacked(line, plain[:len(plain)/2]), "behind the collection none: it ends there"},
		"a collection without end":  {repacked(line, plain[:assets-30]), "behind the collection none: it ends there"},
		"no trailer":                {repacked(line, plain[:bytes.LastIndexByte(plain, 'Z')]), "behind the collection assets: it ends there"},
		"an unknown record":         {repacked(line, append([]byte("X"), plain...)), "behind its first line"},
		"a length that cannot be":   {repacked(line, []byte("C\xff\xff\xff\x7f")), "cannot be"},
		"no backup":                 {[]byte("PK\x03\x04 something else\n"), "no backup of Quiver's"},
		"nothing":                   {nil, "no backup of Quiver's"},
		"a newer format":            {repacked(bytes.Replace(line, []byte(`"formatVersion":1`), []byte(`"formatVersion":2`), 1), plain), "restore it with a newer one"},
		"a line that does not end":  {bytes.Repeat([]byte("{"), 1<<20), "no backup of Quiver's"},
		"decompressed, as if plain": {append(append(slices.Clone(line), '\n'), plain...), "the backup is damaged"},
	} {
		if _, _, err := read(c.in); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
}

func TestWhatTheTakerSaysEndsTheReading(t *testing.T) {
	in, _ := sample(t, 3)
	full := errors.New("the disk is full")
	if _, err := Read(bytes.NewReader(in), func(string, bson.Raw) error { return full }); !errors.Is(err, full) {
		t.Errorf("error = %v", err)
	}
}
