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

// longText is a text that may have a megabyte, where the answer has room for it.
// What a page costs cannot say how long its texts are.
func longText(ctx context.Context, text string) (string, error) {
	answer, _ := ctx.Value(answerKey{}).(*edge.Answer)
	switch err := answer.Text(len(text)); {
	case errors.Is(err, edge.ErrLongAnswer):
		return "", enablement.Errorf(enablement.TooComplex, "the bodies of one answer may come to %d MB: ask for fewer assets at a time", edge.MaxTexts>>20)
	case err != nil:
		return "", enablement.Errorf(enablement.Unavailable, "%v", err)
	}
	return text, nil
}
