package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

//go:embed *.json *.jsonl
var files embed.FS

// company is what the files say.
type company struct {
	Personas []struct {
		Name, Description            string
		JobTitles, Goals, PainPoints []string
	}
	Industries []struct {
		Key, Name, Parent string
		Aliases           []string
	}
	Synonyms []struct{ Terms, Instead []string }
	Reps     []struct{ Subject, Name, Email, Team string }
	Assets   []asset
	Leads    []lead // those to look at
	Past     []lead // further contacts, who carry most of the history

	Searches []searched
}

// searched is a term that reps search for: how often, how many assets it finds,
// which of them they use (none: it finds nothing that they want), and what they
// search for next where it finds nothing.
type searched struct {
	Term    string
	Weight  float64
	Hits    int
	Assets  []string
	Instead string
}

// asset is an asset whose dates are told from the day of loading.
type asset struct {
	ExternalID, Title, Summary, Body, URL, Language string
	Type                                            enablement.AssetType
	Status                                          enablement.AssetStatus
	Personas, Industries, Topics                    []string
	FunnelStages                                    []enablement.FunnelStage
	PublishedDaysAgo                                int
	ExpiresInDays                                   *int
}

// lead is a lead whose owner is told by subject.
type lead struct {
	ExternalID, FirstName, LastName, Email, JobTitle, Company, Industry string
	Source, Campaign, Notes, OwnerSubject                               string
	LifecycleStage                                                      enablement.LifecycleStage
	PainPoints                                                          []string
}

// The two people of the demo who do not sell.
var (
	marketer = enablement.Identity{Subject: "marketer-1", Name: "Ines Duarte", Email: "ines.duarte@tallyholm.example", Role: enablement.RoleMarketer}
	admin    = enablement.Identity{Subject: "admin-1", Name: "Tomasz Wrona", Email: "tomasz.wrona@tallyholm.example", Role: enablement.RoleAdmin}
)

func read() (*company, error) {
	c := &company{}
	return c, errors.Join(
		readList("personas.json", &c.Personas), readList("industries.json", &c.Industries),
		readList("synonyms.json", &c.Synonyms), readList("reps.json", &c.Reps),
		readLines("assets.jsonl", &c.Assets), readLines("leads.jsonl", &c.Leads),
		readLines("past-leads.jsonl", &c.Past), readLines("searches.jsonl", &c.Searches))
}

func readList[T any](name string, into *[]T) error {
	text, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func readLines[T any](name string, into *[]T) error {
	text, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	for decoder := json.NewDecoder(bytes.NewReader(text)); ; {
		var row T
		if err := decoder.Decode(&row); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		*into = append(*into, row)
	}
}

func (c *company) reps() []enablement.Identity {
	out := make([]enablement.Identity, len(c.Reps))
	for i, r := range c.Reps {
		out[i] = enablement.Identity{Subject: r.Subject, Name: r.Name, Email: r.Email, Team: r.Team, Role: enablement.RoleRep}
	}
	return out
}

// daysAgo is the start of the working day so many days before now.
func daysAgo(now time.Time, days int) time.Time {
	y, m, d := now.UTC().Date()
	return time.Date(y, m, d-days, 6, 0, 0, 0, time.UTC)
}

func (c *company) assetInputs(now time.Time) []enablement.AssetInput {
	out := make([]enablement.AssetInput, len(c.Assets))
	for i := range c.Assets {
		a := &c.Assets[i]
		published := daysAgo(now, a.PublishedDaysAgo)
		out[i] = enablement.AssetInput{
			ExternalID: &a.ExternalID, Title: a.Title, Summary: &a.Summary, Body: &a.Body, Type: a.Type, Status: a.Status, URL: &a.URL,
			Personas: a.Personas, Industries: a.Industries, FunnelStages: a.FunnelStages, Topics: a.Topics, Language: a.Language,
			PublishedAt: &published,
		}
		if a.ExpiresInDays != nil {
			expires := daysAgo(now, -*a.ExpiresInDays)
			out[i].ExpiresAt = &expires
		}
	}
	return out
}

// allLeads gives the past contacts first, so that the leads to look at are the
// newest.
func (c *company) allLeads() []lead { return slices.Concat(c.Past, c.Leads) }

func (c *company) synonymsInputs() []enablement.SynonymsInput {
	out := make([]enablement.SynonymsInput, len(c.Synonyms))
	for i, s := range c.Synonyms {
		out[i] = enablement.SynonymsInput{Terms: s.Terms, Instead: s.Instead}
	}
	return out
}

func (c *company) leadInputs(users map[string]*enablement.User) []enablement.LeadInput {
	leads := c.allLeads()
	out := make([]enablement.LeadInput, len(leads))
	for i := range leads {
		l := &leads[i]
		out[i] = enablement.LeadInput{
			ExternalID: &l.ExternalID, FirstName: &l.FirstName, LastName: &l.LastName, Email: &l.Email, JobTitle: &l.JobTitle,
			Company: &l.Company, Industry: &l.Industry, LifecycleStage: &l.LifecycleStage, Source: &l.Source, Campaign: &l.Campaign,
			PainPoints: l.PainPoints, Notes: &l.Notes,
		}
		if owner := users[l.OwnerSubject]; owner != nil {
			out[i].Owner = &owner.ID
		}
	}
	return out
}
