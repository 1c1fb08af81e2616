package enablement

import (
	"slices"
	"testing"
)

func TestEveryLifecycleStageSaysWhatToSend(t *testing.T) {
	want := map[LifecycleStage]FunnelStage{
		"SUBSCRIBER": Awareness, "LEAD": Awareness, "MARKETING_QUALIFIED_LEAD": Consideration, "SALES_QUALIFIED_LEAD": Consideration,
		"OPPORTUNITY": Decision, "CUSTOMER": Retention, "EVANGELIST": Retention, "OTHER": "",
	}
	if len(LifecycleStages()) != len(want) {
		t.Errorf("there are %d lifecycle stages, want %d", len(LifecycleStages()), len(want))
	}
	for _, stage := range LifecycleStages() {
		funnel, because := stage.FunnelStage()
		if funnel != want[stage] {
			t.Errorf("%s is served by %q, want %q", stage, funnel, want[stage])
		}
		if because == "" {
			t.Errorf("%s gives no reason", stage)
		}
	}
	if funnel, because := LifecycleStage("nonsense").FunnelStage(); funnel != "" || because != "" {
		t.Errorf("an unknown stage is served by %q because it %q", funnel, because)
	}
}

func TestStagesComeInTheOrderOfTheFunnel(t *testing.T) {
	reached := 0
	for _, stage := range LifecycleStages() {
		funnel, _ := stage.FunnelStage()
		if funnel == "" {
			continue
		}
		at := slices.Index(FunnelStages(), funnel)
		if at < reached {
			t.Errorf("%s goes back to %s", stage, funnel)
		}
		reached = at
	}
}
