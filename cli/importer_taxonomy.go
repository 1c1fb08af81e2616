package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/quiverhq/quiver/cli/rows"
	"github.com/quiverhq/quiver/enablement"
)

// taxonomyImporter saves personas and industries one by one, as a person would:
// the API has no import of them. It keeps what the server has, so that a row
// which changes nothing is not sent.
type taxonomyImporter struct {
	api        *api
	dryRun     bool
	personas   []*enablement.Persona
	industries []*enablement.Industry
}

// verdict is what became of a row.
type verdict int

const (
	unchanged verdict = iota
	created
	updated
)

// save puts the rows of a batch in, in their order.
func (m *importer) save(ctx context.Context, b batch) error {
	if m.taxonomy == nil {
		m.taxonomy = &taxonomyImporter{api: m.api, dryRun: m.dryRun}
		if err := m.taxonomy.read(ctx, m.noun); err != nil {
			return m.fail(err)
		}
	}
	var result importResult
	defer func() { m.report.result(result, b.lines) }()
	for i, input := range b.inputs {
		if ctx.Err() != nil {
			return m.interrupted()
		}
		verdict, contests, err := m.taxonomy.save(ctx, m.noun, input)
		for _, contest := range contests {
			result.Warnings = append(result.Warnings, importError{Row: i, Field: "jobTitles", Message: contest})
		}
		faults := faultsOf(err)
		switch {
		case len(faults) > 0:
			result.Failed++
			for _, f := range faults {
				result.Errors = append(result.Errors, importError{Row: i, Field: f.Path, Message: f.Message})
			}
		case err != nil:
			return m.fail(err)
		case verdict == created:
			result.Created++
		case verdict == updated:
			result.Updated++
		default:
			result.Unchanged++
		}
	}
	return nil
}

// faultsOf are the fields that are wrong, by our rules or the server's.
func faultsOf(err error) []enablement.FieldError {
	if r, ok := errors.AsType[*refusal](err); ok && r.Code == enablement.BadUserInput {
		return r.Fields
	}
	return enablement.FaultsOf(err)
}

// read asks for what the server has.
func (t *taxonomyImporter) read(ctx context.Context, noun rows.Noun) error {
	var answer exported
	if _, err := t.api.callPatiently(ctx, exportOf(noun).query, nil, &answer); err != nil {
		return err
	}
	for _, n := range answer.All {
		if noun == rows.Personas {
			t.personas = append(t.personas, n.persona())
		} else {
			t.industries = append(t.industries, n.industry())
		}
	}
	return nil
}

// save saves a row; contests says which job titles others claim too.
func (t *taxonomyImporter) save(ctx context.Context, noun rows.Noun, row json.RawMessage) (done verdict, contests []string, err error) {
	if noun == rows.Personas {
		return t.savePersona(ctx, row)
	}
	done, err = t.saveIndustry(ctx, row)
	return done, nil, err
}

func (t *taxonomyImporter) savePersona(ctx context.Context, row json.RawMessage) (done verdict, contests []string, err error) {
	var in enablement.PersonaInput
	if err := json.Unmarshal(row, &in); err != nil {
		return unchanged, nil, fmt.Errorf("read a persona: %w", err)
	}
	before, after := &enablement.Persona{}, enablement.Persona{}
	if found, ok := enablement.NewTaxonomy(t.personas, nil).FindPersona(in.Name); ok {
		before, after = found, *found
	}
	if in.Apply(&after); reflect.DeepEqual(*before, after) {
		return unchanged, nil, nil
	}
	done, err = t.call(ctx, "savePersona", "PersonaInput", &after.ID, after.Name, row)
	if err != nil {
		return unchanged, nil, err
	}
	t.personas = append(slices.DeleteFunc(t.personas, func(p *enablement.Persona) bool { return p.ID == after.ID }), &after)
	return done, enablement.NewTaxonomy(t.personas, nil).ContestedTitles(&after), nil
}

func (t *taxonomyImporter) saveIndustry(ctx context.Context, row json.RawMessage) (verdict, error) {
	var in enablement.IndustryInput
	if err := json.Unmarshal(row, &in); err != nil {
		return unchanged, fmt.Errorf("read an industry: %w", err)
	}
	taxonomy := enablement.NewTaxonomy(nil, t.industries)
	if in.Parent != nil {
		parent, ok := taxonomy.FindIndustry(*in.Parent)
		if !ok {
			return unchanged, enablement.InvalidField("parent", "no industry is called %q; its row must come before this one", *in.Parent)
		}
		in.Parent = &parent.ID
	}
	before, after := &enablement.Industry{}, enablement.Industry{}
	// One that has the name for an alias is another one: the server says so.
	if found, ok := taxonomy.FindIndustry(in.Name); ok && strings.EqualFold(found.Name, strings.TrimSpace(in.Name)) {
		before, after = found, *found
	}
	if err := enablement.Invalid(in.Apply(&after, taxonomy)); err != nil {
		return unchanged, err
	}
	if reflect.DeepEqual(*before, after) {
		return unchanged, nil
	}
	input := map[string]any{"name": in.Name}
	if in.Aliases != nil {
		input["aliases"] = in.Aliases
	}
	if in.Parent != nil {
		input["parent"] = *in.Parent
	}
	verdict, err := t.call(ctx, "saveIndustry", "IndustryInput", &after.ID, after.Name, input)
	if err != nil {
		return unchanged, err
	}
	t.industries = append(slices.DeleteFunc(t.industries, func(i *enablement.Industry) bool { return i.ID == after.ID }), &after)
	return verdict, nil
}

// call saves what has an id, or adds it and sets the id; a dry run asks for
// nothing and takes the name for it.
func (t *taxonomyImporter) call(ctx context.Context, operation, kind string, id *string, name string, input any) (verdict, error) {
	made := updated
	variables := map[string]any{"input": input}
	if *id == "" {
		made = created
	} else {
		variables["id"] = *id
	}
	if t.dryRun {
		*id = orID(id, name)
		return made, nil
	}
	query := fmt.Sprintf("mutation Save($id: ID, $input: %s!) { saved: %s(id: $id, input: $input) { id } }", kind, operation)
	var answer struct {
		Saved node `json:"saved"`
	}
	if _, err := t.api.callPatiently(ctx, query, variables, &answer); err != nil {
		return made, err
	}
	*id = answer.Saved.ID
	return made, nil
}

func (n node) persona() *enablement.Persona {
	return &enablement.Persona{
		ID: n.ID, Name: n.Name, Description: n.Description, JobTitles: n.JobTitles, Goals: n.Goals, PainPoints: n.PainPoints,
	}
}

func (n node) industry() *enablement.Industry {
	i := &enablement.Industry{ID: n.ID, Name: n.Name, Aliases: n.Aliases}
	if n.Parent != nil {
		i.ParentID = n.Parent.ID
	}
	return i
}
