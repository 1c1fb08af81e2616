package quality

import (
	"path/filepath"
	"time"

	"github.com/quiverhq/quiver/demo"
)

// DemoCollection is the demo's catalog and synonyms with the queries of a judged set: JSON
// Lines of Query, graded 0 to 3 by external id.
func DemoCollection(path string, now time.Time) (*Collection, error) {
	taxonomy, assets, err := demo.Catalog(now)
	if err != nil {
		return nil, err
	}
	synonyms, err := demo.Synonyms()
	if err != nil {
		return nil, err
	}
	queries, err := readLines[Query](path)
	if err != nil {
		return nil, err
	}
	return &Collection{Name: filepath.Base(path), Taxonomy: taxonomy, Synonyms: synonyms, Assets: assets, Queries: queries}, nil
}

// DemoLog is the demo's history, or a longer one of the same making, with the
// truth that its outcomes are drawn from.
func DemoLog(now time.Time, sends int) (*Log, error) {
	scene, err := demo.Stage(now, sends)
	if err != nil {
		return nil, err
	}
	return &Log{
		Taxonomy: scene.Taxonomy, Assets: scene.Assets, Leads: scene.Leads,
		Sends: scene.Sends, Outcomes: scene.Outcomes, Truth: demo.Truth, Fit: demo.Fit,
	}, nil
}
