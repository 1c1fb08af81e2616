package resolvers

import (
	"context"
	"errors"

	"github.com/quiverhq/quiver/edge"
	"github.com/quiverhq/quiver/enablement"
)

type answerKey struct{}

func withAnswer(ctx context.Context, a *edge.Answer) context.Context {
	return context.WithValue(ctx, answerKey{}, a)
}

// counts counts texts that one person can make long and another read many times
// over, before they are written: what a page costs cannot say how long its texts
// are. An error: the answer has no room for them.
func counts(ctx context.Context, texts ...string) error {
	answer, _ := ctx.Value(answerKey{}).(*edge.Answer)
	bytes := 0
	for _, t := range texts {
		bytes += len(t)
	}
	switch err := answer.Text(bytes); {
	case errors.Is(err, edge.ErrLongAnswer):
		return enablement.Errorf(enablement.TooComplex, "the texts of one answer may come to %d MB: ask for less at a time", edge.MaxTexts>>20)
	case err != nil:
		return enablement.Errorf(enablement.Unavailable, "%v", err)
	}
	return nil
}
