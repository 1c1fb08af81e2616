package rows

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var now = time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)

// told reads a whole file and writes down each row as a person would check it:
// "LINE ok field=value …" or "LINE field: message", warnings with a "?".
func told(t *testing.T, text string, o Options, mappings ...string) []string {
	t.Helper()
	return toldWithin(t, text, o, MaxLine, mappings...)
}

func toldWithin(t *testing.T, text string, o Options, limit int, mappings ...string) []string {
	t.Helper()
	o.Now = now
	for _, m := range mappings {
		parsed, err := ParseMappings(m)
		if err != nil {
			t.Fatal(err)
		}
		o.Mappings = append(o.Mappings, parsed...)
	}
	reader, err := open(strings.NewReader(text), o, limit)
	if err != nil {
		return []string{"file: " + err.Error()}
	}
	var out []string
	for {
		row, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, describe(reader.shape, row)...)
	}
}

func describe(shape Shape, row Row) []string {
	var out []string
	for _, f := range row.Faults {
		out = append(out, fmt.Sprintf("%d %s: %s", row.Line, f.Path, f.Message))
	}
	for _, w := range row.Warnings {
		out = append(out, fmt.Sprintf("%d ? %s: %s", row.Line, w.Path, w.Message))
	}
	if len(row.Faults) > 0 {
		return out
	}
	line := fmt.Sprintf("%d ok", row.Line)
	for _, f := range shape.Fields {
		switch v := row.Input[f.Name].(type) {
		case nil:
		case time.Time:
			line += fmt.Sprintf(" %s=%s", f.Name, v.Format(time.RFC3339))
		default:
			line += fmt.Sprintf(" %s=%v", f.Name, v)
		}
	}
	return append(out, line)
}

func TestReadingAFile(t *testing.T) {
	const noTitle = "title: must not be empty"
	cases := []struct {
		name    string
		options Options
		text    string
		want    []string
	}{
		{
			"JSON Lines with names in any spelling, null and absent alike, dates without time",
			Options{Noun: Assets},
			`{"External ID": "a1", "title": "One", "publishedAt": "2026-03-31", "url": null}` + "\n\n" +
				`{"external_id": "a2", "Title": "Two", "published-at": "2026-03-31T10:00:00+02:00", "summary": ""}`,
			[]string{
				"1 ok externalId=a1 title=One publishedAt=2026-03-31T00:00:00Z",
				"3 ok externalId=a2 title=Two summary= publishedAt=2026-03-31T08:00:00Z",
			},
		},
		{
			"enum values in any case, with spaces or hyphens",
			Options{Noun: Assets},
			`{"title": "T", "type": "case study", "status": "in-review", "funnelStages": ["Awareness", "decision"]}`,
			[]string{"1 ok title=T type=CASE_STUDY status=IN_REVIEW funnelStages=[AWARENESS DECISION]"},
		},
		{
			"an empty enum or date is left out",
			Options{Noun: Assets},
			`{"title": "T", "type": "", "publishedAt": " ", "topics": ""}`,
			[]string{"1 ok title=T"},
		},
		{
			"an unknown enum value is named with those that there are",
			Options{Noun: Sends},
			`{"externalId": "s", "lead": "l", "assets": "a", "rep": "r", "sentAt": "2026-01-01", "channel": "fax"}`,
			[]string{`1 channel: must be one of EMAIL, LINK, MEETING, SOCIAL, CHAT, OTHER, not "fax"`},
		},
		{
			"wrong types are named by field, every one of them",
			Options{Noun: Assets},
			`{"title": 12, "topics": ["a", 3, null], "type": {}, "publishedAt": 20260331, "personas": true}`,
			[]string{
				"1 title: must be text, not a number",
				"1 type: must be one of CASE_STUDY, WHITE_PAPER, EBOOK, BLOG_POST, VIDEO, WEBINAR, DATA_SHEET, PRODUCT_BRIEF, PRESENTATION, INFOGRAPHIC, BATTLE_CARD, EMAIL_TEMPLATE, ROI_CALCULATOR, OTHER, not an object",
				"1 personas: must be a list of texts, not true or false",
				"1 topics[1]: must be text, not a number",
				"1 topics[2]: must be text, not null",
				"1 publishedAt: must be a date or a time as text, not a number",
			},
		},
		{
			"the server's own rules are applied before anything is sent",
			Options{Noun: Assets},
			`{"title": " ", "url": "ftp://x", "language": "english"}` + "\n" + `{"body": "no title"}`,
			[]string{
				"1 " + noTitle,
				"1 url: must be a web address such as https://example.com/guide.pdf",
				`1 language: must be a language code such as "en", "de" or "pt-BR"`,
				"2 " + noTitle,
			},
		},
		{
			"no asset was published or verified in the future",
			Options{Noun: Assets},
			`{"title": "T", "publishedAt": "2026-04-02", "verifiedAt": "2027-01-01"}`,
			[]string{
				"1 publishedAt: lies in the future: it is 2026-04-01T12:00:00Z now",
				"1 verifiedAt: lies in the future: it is 2026-04-01T12:00:00Z now",
			},
		},
		{
			"a lead needs what makes it the same lead the next time",
			Options{Noun: Leads},
			`{"firstName": "Ana"}`,
			[]string{"1 externalId: give an externalId or an email, so that importing the row again updates the lead"},
		},
		{
			"a send cannot lie in the future",
			Options{Noun: Sends},
			`{"externalId": "s", "lead": "l", "assets": ["a"], "rep": "r", "sentAt": "2026-04-02"}`,
			[]string{"1 sentAt: lies in the future: it is 2026-04-01T12:00:00Z now"},
		},
		{
			"an unknown key is mentioned once",
			Options{Noun: Leads},
			`{"email": "a@x.org", "phone": "1"}` + "\n" + `{"email": "b@x.org", "Phone": "2"}`,
			[]string{
				"1 ? phone: is no field of leads and was left out, here and in every row; --map can say where it belongs",
				"1 ok email=a@x.org",
				"2 ok email=b@x.org",
			},
		},
		{
			"two spellings of one key are a fault: nobody knows which is meant",
			Options{Noun: Leads},
			`{"email": "a@x.org", "EMail": "b@x.org"}`,
			[]string{"1 email: is given twice, in two spellings"},
		},
		{
			"broken lines are named and the others go on",
			Options{Noun: Leads},
			`{"email": "a@x.org"` + "\n" + `["x"]` + "\n" + `{"email": "b@x.org"} {}` + "\n" + `{"email": x}` + "\n" + `{"email": "c@x.org"}`,
			[]string{
				"1 : is not JSON: the line ends within an object; each object stands on one line",
				"2 : must be a JSON object, not a list",
				"3 : must be one JSON object a line; more follows it",
				"4 : is not JSON: invalid character 'x' looking for beginning of value, at byte 11",
				"5 ok email=c@x.org",
			},
		},
		{
			"bytes that no text may hold are named by their place",
			Options{Noun: Leads, Format: CSV},
			"email,notes\na@x.org,caf\xe9\nb@x.org,\"two\nlines \x00\"\nc@x.org,fine\n",
			[]string{
				"2 : byte 12 of line 2 (0xE9) is not UTF-8; save the file as UTF-8",
				"3 : byte 7 of line 4 is NUL; save the file as UTF-8",
				"5 ok email=c@x.org notes=fine",
			},
		},
		{
			"an escaped NUL in JSON is the rules' to refuse",
			Options{Noun: Leads},
			`{"email": "a@x.org", "notes": "x\u0000"}`,
			[]string{"1 notes: has the control character U+0000 at byte 1; take it out"},
		},
		{
			"a repeated externalId is pointed out with both lines",
			Options{Noun: Assets},
			`{"externalId": "a", "title": "1"}` + "\n" + `{"externalId": "b", "title": "2"}` + "\n" + `{"externalId": " a ", "title": "3"}`,
			[]string{
				"1 ok externalId=a title=1", "2 ok externalId=b title=2",
				`3 ? externalId: "a" stands on line 1 too; rows are applied in order`,
				"3 ok externalId= a  title=3",
			},
		},
		{
			"CSV: byte order mark, quoted line breaks, lists, empty cells left out, lines counted",
			Options{Noun: Assets},
			"\ufeffExternal ID,Title,Body,Topics\r\na1,One,\"first\r\nsecond\",\"x; y ;;z\"\r\n\r\na2,\"Two \"\"quoted\"\"\",,\r\n,,,\r\na3,Three,,\"[\"\"p;q\"\",\"\"r\"\"]\"",
			[]string{
				"2 ok externalId=a1 title=One body=first\nsecond topics=[x y z]",
				`5 ok externalId=a2 title=Two "quoted"`,
				"7 ok externalId=a3 title=Three topics=[p;q r]",
			},
		},
		{
			"CSV by semicolons, where lists are separated by |",
			Options{Noun: Assets, Format: CSV},
			"title;topics\nOne;a|b, c\n",
			[]string{"2 ok title=One topics=[a b, c]"},
		},
		{
			"CSV by tabs",
			Options{Noun: Assets},
			"title\ttopics\nOne, two\ta;b\n",
			[]string{"2 ok title=One, two topics=[a b]"},
		},
		{
			"CSV rows with too many or too few cells",
			Options{Noun: Leads},
			"email,company\na@x.org,X,more\nb@x.org\nc@x.org,\"Z\nd@x.org\",D\ne@x.org,E\n",
			[]string{
				"2 : has 3 where the header has 2 cells",
				"3 : has 1 where the header has 2 cells",
				"4 : has 3 where the header has 2 cells; by its quotation marks it runs to line 5",
				"6 ok email=e@x.org company=E",
			},
		},
		{
			"a quotation mark that another row closes",
			Options{Noun: Assets},
			"title,summary\n\"never closed,a\nfine,b\n\"has, comma\",c\n",
			[]string{"2 title: must be a single line; by its quotation marks the row runs to line 4"},
		},
		{
			"a quotation mark that is never closed costs its own row alone",
			Options{Noun: Leads},
			"email,company\na@x.org,\"A\nb@x.org,B\nc@x.org,C\n",
			[]string{
				"2 : a quotation mark opens a cell here that is not closed",
				"3 ok email=b@x.org company=B",
				"4 ok email=c@x.org company=C",
			},
		},
		{
			"a quotation mark within a cell is text",
			Options{Noun: Leads},
			"email,notes\na@x.org,5\" screen\nb@x.org,\"say \"hi\" twice\"\n",
			[]string{
				`2 ok email=a@x.org notes=5" screen`,
				`3 ok email=b@x.org notes=say "hi" twice`,
			},
		},
		{
			"texts that mean no value",
			Options{Noun: Leads, Nulls: []string{"NULL"}},
			"email,company\na@x.org,NULL\nb@x.org,Null Inc\n",
			[]string{"2 ok email=a@x.org", "3 ok email=b@x.org company=Null Inc"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, told(t, c.text, c.options)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAFileThatHoldsNoRowAtAll(t *testing.T) {
	cases := []struct {
		name    string
		options Options
		text    string
		want    string
	}{
		{"a JSON array", Options{Noun: Assets}, "[\n{}]", "file: the file is one JSON array; write one object a line instead, as jq -c '.[]' FILE does"},
		{"pretty-printed JSON", Options{Noun: Assets}, "{\n  \"title\": \"x\"\n}", "file: the file's objects run over several lines; write one object a line instead, as jq -c . FILE does"},
		{"UTF-16", Options{Noun: Assets}, "\xff\xfe{\x00", "file: the file is UTF-16; save it as UTF-8"},
		{"an empty CSV file", Options{Noun: Assets, Format: CSV}, "\n", "file: the file is empty: a CSV file begins with the names of its columns"},
		{"a CSV file of something else", Options{Noun: Assets}, "name,age\nx,1\n",
			"file: assets need the column title, or a mapping for it (--map title=…); the file's columns are name, age"},
		{"leads that nothing identifies", Options{Noun: Leads}, "name,age\nx,1\n",
			"file: leads need the column externalId or email, or a mapping for one (--map externalId=…); the file's columns are name, age"},
		{"two columns of one name", Options{Noun: Leads}, "email,E-Mail\n", `file: two columns have one name: "email" and "E-Mail"`},
		{"a header that is not UTF-8", Options{Noun: Leads}, "email,caf\xe9\n", "file: line 1: the header byte 10 of line 1 (0xE9) is not UTF-8; save the file as UTF-8"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{c.want}, told(t, c.text, c.options)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestARecordLongerThanTheLimitIsPassedOver(t *testing.T) {
	long := strings.Repeat("x", 600<<10)
	t.Run("in JSON Lines", func(t *testing.T) {
		text := `{"email": "a@x.org"}` + "\n" + `{"notes": "` + long + `"}` + "\n" + `{"email": "b@x.org"}`
		want := []string{"1 ok email=a@x.org", "2 : is longer than 0 MB and was passed over", "3 ok email=b@x.org"}
		if diff := cmp.Diff(want, toldWithin(t, text, Options{Noun: Leads}, 500<<10)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("in CSV, on one line and by a cell of many lines", func(t *testing.T) {
		cell := strings.Repeat(strings.Repeat("y", 1000)+"\n", 600)
		text := "email,notes\na@x.org," + long + "\nb@x.org,B\nc@x.org,\"" + cell + "\"\nd@x.org,D\n"
		got := toldWithin(t, text, Options{Noun: Leads}, 500<<10)
		want := []string{"2 : is longer than 0 MB and was passed over", "3 ok email=b@x.org notes=B", "4 : a quotation mark opens a cell here that is not closed"}
		if diff := cmp.Diff(want, got[:3]); diff != "" {
			t.Error(diff)
		}
		if last := got[len(got)-1]; last != "605 ok email=d@x.org notes=D" {
			t.Errorf("after the long cell: %s", last)
		}
	})
	t.Run("a body of 5 MB is within the limit of a line and named by field", func(t *testing.T) {
		text := `{"title": "T", "body": "` + strings.Repeat("z", 5<<20) + `"}`
		want := []string{"1 body: has 5242880 bytes; give at most 1000000"}
		if diff := cmp.Diff(want, told(t, text, Options{Noun: Assets})); diff != "" {
			t.Error(diff)
		}
	})
}
