package demo

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// Store is what the demo is put into.
type Store interface {
	Taxonomy() *enablement.Taxonomy
	EachAsset(ctx context.Context) iter.Seq2[*enablement.Asset, error]
	SavePersona(ctx context.Context, id *string, in enablement.PersonaInput) (*enablement.Persona, error)
	SaveIndustry(ctx context.Context, id *string, in enablement.IndustryInput) (*enablement.Industry, error)
	SaveSynonyms(ctx context.Context, id *string, in enablement.SynonymsInput) (*enablement.Synonyms, error)
	EnsureUser(ctx context.Context, who enablement.Identity) (*enablement.User, error)
	ImportAssets(ctx context.Context, rows []enablement.AssetInput, dryRun bool, owner *enablement.User) (*enablement.ImportResult, error)
	ImportLeads(ctx context.Context, rows []enablement.LeadInput, dryRun bool) (*enablement.ImportResult, error)
	ImportSends(ctx context.Context, rows []enablement.ImportSendInput, dryRun bool) (*enablement.ImportResult, error)
	ImportOutcomes(ctx context.Context, rows []enablement.ImportOutcomeInput, dryRun bool) (*enablement.ImportResult, error)
	RecordSearches(ctx context.Context, events []*enablement.SearchEvent) error
}

// prefix marks what belongs to the demo.
const prefix = "demo-"

// Load puts the demo into the store, with dates relative to now. A store that
// holds the whole demo is left as it is, one that a crash left with a part of
// it is completed, and one with a catalog of its own is not touched.
//
// It tells whether the store holds the demo now.
func Load(ctx context.Context, store Store, now time.Time) (bool, error) {
	company, err := read()
	if err != nil {
		return false, fmt.Errorf("read the demo's files: %w", err)
	}
	state, err := company.stateOf(ctx, store)
	if err != nil {
		return false, fmt.Errorf("look for a catalog: %w", err)
	}
	if state != incomplete {
		return state == complete, nil
	}
	return true, company.load(ctx, store, now)
}

func (company *company) load(ctx context.Context, store Store, now time.Time) error {
	if err := company.saveTaxonomy(ctx, store); err != nil {
		return fmt.Errorf("save the demo's taxonomy: %w", err)
	}
	for _, in := range company.synonymsInputs() {
		if _, err := store.SaveSynonyms(ctx, nil, in); err != nil {
			return fmt.Errorf("save the demo's synonyms: %w", err)
		}
	}
	users, err := company.ensureUsers(ctx, store)
	if err != nil {
		return fmt.Errorf("add the demo's people: %w", err)
	}
	leads := company.leadInputs(users)
	if err := imported(store.ImportLeads(ctx, leads, false)); err != nil {
		return fmt.Errorf("import the demo's leads: %w", err)
	}
	assets := company.assetInputs(now)
	// The assets come in before the sends, and the last of them after: it is
	// the sign that everything is there.
	last := len(assets) - 1
	if err := imported(store.ImportAssets(ctx, assets[:last], false, users[marketer.Subject])); err != nil {
		return fmt.Errorf("import the demo's assets: %w", err)
	}
	sends := company.history(store.Taxonomy(), now, HistorySends)
	for rows := range slices.Chunk(sends, enablement.MaxImportRows) {
		if err := imported(store.ImportSends(ctx, rows, false)); err != nil {
			return fmt.Errorf("import the demo's sends: %w", err)
		}
	}
	for rows := range slices.Chunk(company.outcomes(store.Taxonomy(), now, sends), enablement.MaxImportRows) {
		if err := imported(store.ImportOutcomes(ctx, rows, false)); err != nil {
			return fmt.Errorf("import what became of the demo's sends: %w", err)
		}
	}
	if err := company.loadSearches(ctx, store, users, now); err != nil {
		return fmt.Errorf("record the demo's searches: %w", err)
	}
	return imported(store.ImportAssets(ctx, assets[last:], false, users[marketer.Subject]))
}

func (company *company) loadSearches(ctx context.Context, store Store, users map[string]*enablement.User, now time.Time) error {
	ids := map[string]string{}
	for asset, err := range store.EachAsset(ctx) {
		if err != nil {
			return err
		}
		ids[*asset.ExternalID] = asset.ID
	}
	for events := range slices.Chunk(company.searches(store.Taxonomy(), users, ids, now), enablement.MaxImportRows) {
		if err := store.RecordSearches(ctx, events); err != nil {
			return err
		}
	}
	return nil
}

// state is how much of the demo a store holds.
type state int

const (
	incomplete state = iota // nothing, or a part
	complete                // and perhaps more that people have added
	foreign                 // a catalog of its own
)

func (c *company) stateOf(ctx context.Context, store Store) (state, error) {
	held, others := 0, false
	for asset, err := range store.EachAsset(ctx) {
		switch {
		case err != nil:
			return incomplete, err
		case asset.ExternalID != nil && strings.HasPrefix(*asset.ExternalID, prefix):
			held++
		default:
			others = true
		}
	}
	switch {
	case held >= len(c.Assets):
		return complete, nil
	case others:
		return foreign, nil
	default:
		return incomplete, nil
	}
}

func (c *company) saveTaxonomy(ctx context.Context, store Store) error {
	for _, p := range c.Personas {
		if _, known := store.Taxonomy().FindPersona(p.Name); known {
			continue
		}
		_, err := store.SavePersona(ctx, nil, enablement.PersonaInput{
			Name: p.Name, Description: &p.Description, JobTitles: p.JobTitles, Goals: p.Goals, PainPoints: p.PainPoints,
		})
		if err != nil {
			return err
		}
	}
	names := map[string]string{}
	for _, i := range c.Industries {
		names[i.Key] = i.Name
		if _, known := store.Taxonomy().FindIndustry(i.Name); known {
			continue
		}
		in := enablement.IndustryInput{Name: i.Name, Aliases: i.Aliases}
		if parent, ok := store.Taxonomy().FindIndustry(names[i.Parent]); ok {
			in.Parent = &parent.ID
		}
		if _, err := store.SaveIndustry(ctx, nil, in); err != nil {
			return err
		}
	}
	return nil
}

// ensureUsers adds the demo's people; it gives them by subject.
func (c *company) ensureUsers(ctx context.Context, store Store) (map[string]*enablement.User, error) {
	users := map[string]*enablement.User{}
	for _, who := range append(c.reps(), marketer, admin) {
		user, err := store.EnsureUser(ctx, who)
		if err != nil {
			return nil, err
		}
		users[who.Subject] = user
	}
	return users, nil
}

// imported makes an error of rows that did not go in: the demo has no bad ones.
func imported(result *enablement.ImportResult, err error) error {
	if err != nil || result.Failed == 0 {
		return err
	}
	first := result.Errors[0]
	field := ""
	if first.Field != nil {
		field = *first.Field
	}
	return fmt.Errorf("%d rows failed, first row %d, %s: %s", result.Failed, first.Row, field, first.Message)
}
