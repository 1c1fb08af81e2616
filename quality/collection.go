package quality

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/search"
)

// Query is what somebody types, with the grades of what they want. One without
// grades was not judged and is left out of averages.
type Query struct {
	ID     string `json:"id"`
	Text   string `json:"query"`
	Grades Grades `json:"grades"`
	// Kind and Note say what is tested and what the person wants; the judged set
	// of the demo has them.
	Kind string `json:"kind"`
	Note string `json:"note"`
}

// Collection is a catalog with judged queries.
type Collection struct {
	Name     string
	Taxonomy *enablement.Taxonomy // nil: no personas, no industries
	Synonyms []*enablement.Synonyms
	Assets   []*enablement.Asset
	Queries  []Query
	Sends    search.SendCounter // nil: nothing was sent
}

// Judged gives the queries that have a relevant document.
func (c *Collection) Judged() []Query {
	var judged []Query
	for _, q := range c.Queries {
		if relevant(q.Grades) > 0 {
			judged = append(judged, q)
		}
	}
	return judged
}

// ReadCollection reads a test collection in the layout of BEIR from a folder:
// corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels.tsv
// (query-id, corpus-id, score, below a header). A judgement of a document that
// the corpus has not stays: published figures count it as never found.
func ReadCollection(dir string) (*Collection, error) {
	c := &Collection{Name: filepath.Base(dir)}
	type row struct {
		ID    string `json:"_id"`
		Title string `json:"title"`
		Text  string `json:"text"`
	}
	corpus, err := readLines[row](filepath.Join(dir, "corpus.jsonl"))
	if err != nil {
		return nil, err
	}
	for _, r := range corpus {
		c.Assets = append(c.Assets, &enablement.Asset{
			ID: r.ID, Title: r.Title, Body: r.Text, Status: enablement.StatusPublished, Language: "en", Version: 1,
		})
	}
	queries, err := readLines[row](filepath.Join(dir, "queries.jsonl"))
	if err != nil {
		return nil, err
	}
	grades, err := readGrades(filepath.Join(dir, "qrels.tsv"))
	if err != nil {
		return nil, err
	}
	for _, r := range queries {
		c.Queries = append(c.Queries, Query{ID: r.ID, Text: r.Text, Grades: grades[r.ID]})
	}
	return c, nil
}

// readLines reads JSON Lines.
func readLines[T any](path string) ([]T, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	var rows []T
	for d := json.NewDecoder(bufio.NewReader(f)); ; {
		var row T
		switch err := d.Decode(&row); {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, fmt.Errorf("%s, row %d: %w", path, len(rows)+1, err)
		}
		rows = append(rows, row)
	}
}

func readGrades(path string) (map[string]Grades, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	grades := map[string]Grades{}
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		cells := strings.Fields(line)
		if i == 0 || len(cells) == 0 {
			continue
		}
		if len(cells) != 3 {
			return nil, fmt.Errorf("%s:%d: has %d columns, not query-id, corpus-id and score", path, i+1, len(cells))
		}
		grade, err := strconv.ParseFloat(cells[2], 64)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %q is not a score", path, i+1, cells[2])
		}
		if grades[cells[0]] == nil {
			grades[cells[0]] = Grades{}
		}
		grades[cells[0]][cells[1]] = grade
	}
	return grades, nil
}
