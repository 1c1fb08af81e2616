package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The examples of docs/import.md import files of the kind that they describe.
func TestTheExamplesOfTheManualWork(t *testing.T) {
	manual, err := os.ReadFile("../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	s, dir := newShelf(t), t.TempDir()
	t.Chdir(dir)
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("contacts.csv", "title,firstname,lastname,email,phone,company\nMs.,Ana,Ruiz,ana@example.com,1,Acme\n,,,,NULL,NULL\n")
	write("pipeline.csv", "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"+
		"1C1I7A6R,Moses,GTX,Acme,Won,10/20/2016,3/1/2017,1054\nZ063OYW0,Darcel,GTX,,Prospecting,,,\n")
	write("content.csv", "Name;Kind;Link;Published;For\nGuide;Whitepaper;https://example.com/g;31.03.2026;CTO|CFO\n")
	write("mails.csv", "id,contact,attachments,from,date\nm1,ana@example.com,a1;a2,rep@example.com,2026-03-31 09:00\n")
	write("opened.csv", "id,attachment,event,date\nm1,a1,open,2026-03-31 10:00\nm1,,reply,2026-04-01\n")
	mapping := regexp.MustCompile("(?s)In `pipeline.map`:\n\n```\n(.*?)```").FindSubmatch(manual)
	if mapping == nil {
		t.Fatal("the manual has no pipeline.map")
	}
	write("pipeline.map", string(mapping[1]))
	want := map[string]string{
		"contacts.csv": "leads: 1 created, 0 updated, 0 unchanged, 1 failed, 2 warnings\n",
		"pipeline.csv": "leads: 2 created, 0 updated, 0 unchanged, 0 failed, 3 warnings\n",
		"content.csv":  "assets: 1 created, 0 updated, 0 unchanged, 0 failed, 2 warnings\n",
		"opened.csv":   "outcomes: 2 created, 0 updated, 0 unchanged, 0 failed, 0 warnings\n",
		"mails.csv":    "sends: 1 created, 0 updated, 0 unchanged, 0 failed, 0 warnings\n",
	}
	for _, match := range regexp.MustCompile(`(?m)^quiver (import \S+ (\S+) .*--(?:map|null).*)$`).FindAllSubmatch(manual, -1) {
		arguments := append(words(string(match[1])), "--server", s.server.URL, "--token", goodToken)
		got := quiver(t, t.Context(), "", arguments...)
		if got.Out != want[string(match[2])] {
			t.Errorf("%s\n%+v", match[1], got)
		}
		delete(want, string(match[2]))
	}
	if len(want) > 0 {
		t.Errorf("the manual has no example for %v", want)
	}
	if topics := s.values("assets", "personas"); len(topics) != 1 || topics[0] != "[CTO CFO]" {
		t.Errorf("personas %v", topics)
	}
}

// words takes a command line apart as a shell does, quotation marks included.
func words(line string) []string {
	var out []string
	for _, match := range regexp.MustCompile(`'([^']*)'|"([^"]*)"|(\S+)`).FindAllStringSubmatch(line, -1) {
		out = append(out, strings.Join(match[1:], ""))
	}
	return out
}
