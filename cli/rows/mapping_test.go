package rows

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMappingColumns(t *testing.T) {
	const pipeline = "opportunity_id,product,account,deal_stage,engage_date,close_value\n"
	cases := []struct {
		name    string
		noun    Noun
		text    string
		mapping string
		want    []string
	}{
		{
			"columns, a constant, translated stages and joined notes",
			Leads,
			pipeline + "X1,GTX Pro,Acme,Won,3/1/2017,1054\nX2,GTX Basic,,Engaging,,\n",
			`externalId=opportunity_id,company=account, source='CRM', ` +
				`lifecycleStage=deal_stage{Won:CUSTOMER,Lost:LEAD,engaging:OPPORTUNITY}, notes=product+" for "+close_value`,
			[]string{
				"2 ? engage_date: is no field of leads and was left out, here and in every row; --map can say where it belongs",
				"2 ok externalId=X1 company=Acme lifecycleStage=CUSTOMER source=CRM notes=GTX Pro for 1054",
				"3 ok externalId=X2 lifecycleStage=OPPORTUNITY source=CRM notes=GTX Basic for",
			},
		},
		{
			"dates by their form",
			Assets,
			"name,engage_date\nOne,3/1/2017\nTwo,13/1/2017\n",
			"title=name,publishedAt=engage_date@M/D/YYYY",
			[]string{
				"2 ok title=One publishedAt=2017-03-01T00:00:00Z",
				`3 publishedAt: must be a date of the form M/D/YYYY, not "13/1/2017"`,
			},
		},
		{
			"dates with a time, columns with spaces and signs in their names",
			Assets,
			"Asset name,\"Date, local\"\nOne,8/9/14 0:05\n",
			"title=Asset name,publishedAt=[Date, local]@M/D/YY H:mm",
			[]string{"2 ok title=One publishedAt=2014-08-09T00:05:00Z"},
		},
		{
			"a list whose entries are translated, and one of two columns is not one",
			Assets,
			"title,tags\nOne,k8s;Security\n",
			"topics=tags{k8s:Kubernetes}",
			[]string{"2 ok title=One topics=[Kubernetes Security]"},
		},
		{
			"every other value, and a translation to nothing",
			Leads,
			"email,stage\na@x.org,hot\nb@x.org,none\nc@x.org,NONE\n",
			"lifecycleStage=stage{none:,*:OPPORTUNITY}",
			[]string{"2 ok email=a@x.org lifecycleStage=OPPORTUNITY", "3 ok email=b@x.org", "4 ok email=c@x.org"},
		},
		{
			"a field that is left out although the file has its column",
			Leads,
			"email,notes\na@x.org,secret\n",
			"notes=",
			[]string{
				"2 ? notes: was left out, here and in every row: --map says where notes comes from",
				"2 ok email=a@x.org",
			},
		},
		{
			"numbers in JSON become text where they are mapped",
			Leads,
			`{"id": 4711, "vip": true}`,
			"externalId=id,notes='vip: '+vip",
			[]string{"1 ok externalId=4711 notes=vip: true"},
		},
		{
			"nothing to join is no value, whatever stands between",
			Leads,
			"email,a,b\nx@x.org,,\n",
			"notes=a+' and '+b",
			[]string{"2 ok email=x@x.org"},
		},
		{
			"a column that the file does not have",
			Leads,
			"email,a\n",
			"notes=b",
			[]string{`file: notes is to come from the column "b", which the file does not have; its columns are email, a`},
		},
		{
			"a field that leads do not have",
			Leads,
			"email\n",
			"title=email",
			[]string{`file: leads have no field "title" to map to; their fields are externalId, firstName, lastName, email, jobTitle, company, industry, persona, lifecycleStage, source, campaign, painPoints, notes, owner`},
		},
		{"a field twice", Leads, "email\n", "notes=email,Notes=email", []string{"file: the field notes is mapped twice"}},
		{"a date form for what is no date", Leads, "email\n", "notes=email@M/D/YYYY", []string{"file: the field notes is not a date: it takes no date form"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, told(t, c.text, Options{Noun: c.noun}, c.mapping)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAMappingThatCannotBeReadIsNamedByPlace(t *testing.T) {
	cases := map[string]string{
		"externalId":               "a mapping reads field=column",
		"=x":                       "a mapping reads field=column",
		"a=b c=d, e='open":         "character 17: a closing ' is missing",
		"a=[open":                  "a closing ] is missing",
		"a=b{x}":                   "a translation reads {value:new value,…}",
		"a=b{x:y":                  "a closing } is missing",
		"a=b{x:y,X:z}":             `"X" is translated twice`,
		"a=b@M/D":                  `the date form "M/D" needs year, month and day, such as M/D/YYYY or DD.MM.YYYY HH:mm`,
		"a=b@M/D/YYYY hello":       "may hold YYYY, YY, MMMM, MMM, MM, M, DD, D, HH, H, mm, ss and / - . : alone",
		"a=b@M/D/YYYY+c":           "a column with a date form cannot be joined with others",
		"a=b+":                     "the name of a column is missing",
		"a='x' 'y'":                "a comma is missing between two mappings",
		"lifecycleStage=stage{a:b": "a closing } is missing",
	}
	for text, want := range cases {
		_, err := ParseMappings(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n got: %v\nwant: %s", text, err, want)
		}
	}
}

func TestMappingsInAFile(t *testing.T) {
	got, err := ParseMappingFile(strings.NewReader("\ufeff# from the CRM\n\nexternalId=id\r\n  company = account, source='it''s us'\n"))
	if err != nil {
		t.Fatal(err)
	}
	var targets []string
	for _, m := range got {
		targets = append(targets, m.Target+"<"+m.terms[0].text)
	}
	if diff := cmp.Diff([]string{"externalId<id", "company<account", "source<it's us"}, targets); diff != "" {
		t.Error(diff)
	}
	if _, err := ParseMappingFile(strings.NewReader("a=b\n\nc")); err == nil || !strings.HasPrefix(err.Error(), "line 3: ") {
		t.Errorf("a broken line: %v", err)
	}
}

// Whatever a mapping says, it is either refused or can be bound and applied.
func FuzzParseMappings(f *testing.F) {
	for _, seed := range []string{
		"externalId=id,company=account", "notes=a+' '+b{x:y,*:}", "source='it''s'", "painPoints=[a, b]@DD.MM.YYYY", "notes=",
		"a=b{\"x\":'y'}", ",", "=,=", "a=\xff", "a=b@YYYY-MM-DD HH:mm:ss",
	} {
		f.Add(seed, "email,a,b\nx@x.org,1,2\n")
	}
	f.Fuzz(func(t *testing.T, mapping, text string) {
		mappings, err := ParseMappings(mapping)
		if err != nil {
			return
		}
		for _, m := range mappings {
			if m.Target == "" || strings.TrimSpace(m.Target) != m.Target {
				t.Errorf("%q gives the target %q", mapping, m.Target)
			}
		}
		reader, err := Open(strings.NewReader(text), Options{Noun: Leads, Mappings: mappings, Now: now})
		if err != nil {
			return
		}
		for {
			if _, err := reader.Next(); err != nil {
				return
			}
		}
	})
}
