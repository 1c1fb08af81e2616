package enablement

import "slices"

// FunnelStage is the buyer's stage that a piece of collateral serves.
type FunnelStage string

// The stages, from the first contact on.
const (
	Awareness     FunnelStage = "AWARENESS"
	Consideration FunnelStage = "CONSIDERATION"
	Decision      FunnelStage = "DECISION"
	Retention     FunnelStage = "RETENTION"
)

// FunnelStages lists every stage, in the order of the funnel.
func FunnelStages() []FunnelStage {
	return []FunnelStage{Awareness, Consideration, Decision, Retention}
}

// LifecycleStage is how far a lead has come, in HubSpot's terms.
type LifecycleStage string

// StageLead is the lifecycle stage of a lead of which nothing else is known.
const StageLead LifecycleStage = "LEAD"

// StageCustomer is the lifecycle stage at which a deal is won.
const StageCustomer LifecycleStage = "CUSTOMER"

// stages says, for each lifecycle stage, what the person is deciding and which
// collateral therefore serves: the one place where sales' words and
// marketing's words meet.
//
// The lifecycle stages and their order are HubSpot's:
// https://knowledge.hubspot.com/records/use-lifecycle-stages
var stages = []struct {
	lifecycle LifecycleStage
	funnel    FunnelStage // empty: any, for the stage says nothing about what to send
	because   string
}{
	{"SUBSCRIBER", Awareness, "reads along and has not asked for anything yet"},
	{"LEAD", Awareness, "has shown interest in the problem, not yet in a product"},
	{"MARKETING_QUALIFIED_LEAD", Consideration, "compares ways to solve the problem"},
	{"SALES_QUALIFIED_LEAD", Consideration, "talks to sales about how this product would solve it"},
	{"OPPORTUNITY", Decision, "has a deal on the table and needs proof, price and security answers"},
	{"CUSTOMER", Retention, "has bought and wants to get more out of it"},
	{"EVANGELIST", Retention, "has bought and tells others"},
	{"OTHER", "", "says nothing about what to send"},
}

// LifecycleStages lists every lifecycle stage, in HubSpot's order.
func LifecycleStages() []LifecycleStage {
	all := make([]LifecycleStage, len(stages))
	for i, s := range stages {
		all[i] = s.lifecycle
	}
	return all
}

// FunnelStage is the funnel stage that serves a lead at this lifecycle stage,
// with the reason in words; empty where the lifecycle stage says nothing.
func (s LifecycleStage) FunnelStage() (FunnelStage, string) {
	for _, row := range stages {
		if row.lifecycle == s {
			return row.funnel, row.because
		}
	}
	return "", ""
}

// precedesCustomer tells whether a lead at this stage has still to be won.
func (s LifecycleStage) precedesCustomer() bool {
	all := LifecycleStages()
	at := slices.Index(all, s)
	return at >= 0 && at < slices.Index(all, StageCustomer)
}

// isCustomer tells whether a lead at this stage has bought.
func (s LifecycleStage) isCustomer() bool {
	funnel, _ := s.FunnelStage()
	return funnel == Retention
}
