package enablement

import (
	"slices"
	"testing"
)

func TestLanguagesWanted(t *testing.T) {
	for _, test := range []struct {
		texts []string
		want  []string
	}{
		{[]string{"Störgründe fehlen", "Speaks German only, wants German documents. Foundry with 260 people."}, []string{"de"}},
		{[]string{"Four plants in Jalisco. Needs Spanish documents for the plant managers."}, []string{"es"}},
		{[]string{"Prefers French material where we have it."}, []string{"fr"}},
		{[]string{"Reads German and French"}, []string{"de", "fr"}},
		{[]string{"The German subsidiary falls under DORA, the French parent does not."}, nil},
		{[]string{"Wants the English version"}, []string{"en"}},
		{[]string{"Wants it in German"}, []string{"de"}},
		{[]string{"in German please"}, []string{"de"}},
		{[]string{"In Spanish and by Friday"}, []string{"es"}},
		{[]string{"German please"}, []string{"de"}},
		{[]string{"Spanish only."}, []string{"es"}},
		{[]string{"bitte auf Deutsch"}, []string{"de"}},
		{[]string{"bitte deutsche Unterlagen"}, []string{"de"}},
		{[]string{"Spricht nur Deutsch"}, []string{"de"}},
		{[]string{"parle français"}, []string{"fr"}},
		{[]string{"documentos en español"}, []string{"es"}},
		{[]string{"Runs in German plants", "in French hands"}, nil},
		{[]string{"The only German plant"}, nil},
		{[]string{"Die Freigaben sind nicht auf dem Handy"}, []string{"de"}},
		{[]string{"Les accès ne sont pas revus dans les délais"}, []string{"fr"}},
		{[]string{"Los registros no se guardan en el sistema"}, []string{"es"}},
		{[]string{"Audit trail", "cost"}, nil},
		{[]string{"They asked for the report and the price list"}, nil},
		{nil, nil},
		{[]string{""}, nil},
	} {
		if got := LanguagesWanted(test.texts...); !slices.Equal(got, test.want) {
			t.Errorf("%q asks for %q, want %q", test.texts, got, test.want)
		}
	}
}

func TestLanguageName(t *testing.T) {
	for code, want := range map[string]string{"de": "German", "pt-br": "Portuguese", "EN": "English", "tlh": "tlh", "": ""} {
		if got := LanguageName(code); got != want {
			t.Errorf("%q is called %q, want %q", code, got, want)
		}
	}
}

func TestWhatAsksForALanguageIsLeftOut(t *testing.T) {
	for text, want := range map[string]string{
		"wants German documents":                 "wants",
		"Speaks German only, needs the report":   "needs the report",
		"Wants it in German":                     "Wants it",
		"The German subsidiary falls under DORA": "The German subsidiary falls under DORA",
		"document\n control":                     "document\n control",
		"":                                       "",
	} {
		if got := WithoutLanguageWishes(text); got != want {
			t.Errorf("of %q remains %q, want %q", text, got, want)
		}
	}
}
