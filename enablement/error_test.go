package enablement

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestErrorsKeepCodeFieldsAndCauseThroughWrapping(t *testing.T) {
	cause := errors.New("connection refused")
	err := fmt.Errorf("record send: %w", Unreachable("the database", cause))
	if CodeOf(err) != Unavailable || !errors.Is(err, cause) {
		t.Errorf("%v has the code %s", err, CodeOf(err))
	}
	e, _ := errors.AsType[*Error](err)
	if strings.Contains(e.Message, "refused") {
		t.Errorf("the client's message %q tells the cause", e.Message)
	}
	if CodeOf(cause) != Internal || FaultsOf(cause) != nil {
		t.Errorf("an error without a code has the code %s and the faults %v", CodeOf(cause), FaultsOf(cause))
	}
}

func TestInvalidNamesEveryFieldOrIsNil(t *testing.T) {
	if err := Invalid(nil); err != nil {
		t.Errorf("no faults make the error %v", err)
	}
	one := InvalidField("title", "must not be empty")
	if CodeOf(one) != BadUserInput || len(FaultsOf(one)) != 1 {
		t.Errorf("one fault makes %v", one)
	}
	err := fmt.Errorf("save lead: %w", Invalid([]FieldError{{"email", "is wrong"}, {"notes", "too long"}}))
	if got := FaultsOf(err); len(got) != 2 || got[1].Path != "notes" {
		t.Errorf("two faults are %v", got)
	}
	for _, part := range []string{"BAD_USER_INPUT", "email: is wrong", "(and 1 more)", "notes: too long"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the log line %q lacks %q", err, part)
		}
	}
}

func TestTogetherNamesTheFieldsOfAll(t *testing.T) {
	both := Together(InvalidField("first", "must be less"), nil, InvalidField("range", "must end"))
	if f := FaultsOf(both); CodeOf(both) != BadUserInput || len(f) != 2 || f[0].Path != "first" || f[1].Path != "range" {
		t.Errorf("%v names %v", both, f)
	}
	if err := Together(InvalidField("first", "must be less"), Errorf(Forbidden, "no")); CodeOf(err) != Forbidden {
		t.Errorf("%v hides that it is forbidden", err)
	}
	if err := Together(nil, nil); err != nil {
		t.Error(err)
	}
}

func TestMissingEchoesNoMoreThanAnID(t *testing.T) {
	err := Missing("asset", strings.Repeat("é", 5_000))
	if n := len(err.Message); n > 250 || err.Code != NotFound {
		t.Errorf("%s with a message of %d bytes", err.Code, n)
	}
}
