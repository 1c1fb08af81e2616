package resolvers

import (
	"unicode"

	"github.com/vektah/gqlparser/v2/ast"
)

// countedVariable is a variable of which something was counted: once, however
// often a document uses it.
type countedVariable struct {
	name  string
	words bool
}

// arguments is what the arguments of a field cost: each value in them, and what
// the field's row says of one of them.
func (w *weigher) arguments(f *ast.Field, by *argumentCost) int {
	cost := 0
	for _, argument := range f.Arguments {
		if argument.Value == nil {
			continue
		}
		cost += w.values(argument.Value) - 1 // a single value is part of the field's own
		if by != nil && argument.Name == by.argument {
			cost += by.each * min(by.count(w, argument.Value), by.most)
		}
	}
	return min(cost, endless)
}

// values counts the values in an argument, at least 1.
func (w *weigher) values(v *ast.Value) int {
	switch v.Kind {
	case ast.Variable:
		return w.variable(countedVariable{name: v.Raw}, valuesIn)
	case ast.ListValue, ast.ObjectValue:
		sum := 0
		for _, child := range v.Children {
			sum += w.values(child.Value)
		}
		return max(sum, 1)
	}
	return 1
}

// words counts the words in the texts of an argument.
func (w *weigher) words(v *ast.Value) int {
	switch v.Kind {
	case ast.Variable:
		return w.variable(countedVariable{name: v.Raw, words: true}, wordsIn)
	case ast.StringValue, ast.BlockValue:
		return wordsOf(v.Raw)
	case ast.ListValue, ast.ObjectValue:
		sum := 0
		for _, child := range v.Children {
			sum += w.words(child.Value)
		}
		return sum
	}
	return 0
}

// rows counts the entries of a list.
func (w *weigher) rows(v *ast.Value) int {
	switch v.Kind {
	case ast.Variable:
		if list, ok := w.variables[v.Raw].([]any); ok {
			return len(list)
		}
	case ast.ListValue:
		return len(v.Children)
	}
	return 1
}

func (w *weigher) variable(key countedVariable, count func(any) int) int {
	known, ok := w.counted[key]
	if !ok {
		known = count(w.variables[key.name])
		w.counted[key] = known
	}
	return known
}

// valuesIn counts the values in a variable, at least 1.
func valuesIn(value any) int {
	if only, ok := single(value); ok {
		return valuesIn(only)
	}
	sum := 0
	switch v := value.(type) {
	case []any:
		for _, entry := range v {
			sum += valuesIn(entry)
		}
	case map[string]any:
		for _, entry := range v {
			sum += valuesIn(entry)
		}
	}
	return max(sum, 1)
}

// wordsIn counts the words in the texts of a variable.
func wordsIn(value any) int {
	if only, ok := single(value); ok {
		return wordsIn(only)
	}
	sum := 0
	switch v := value.(type) {
	case string:
		return wordsOf(v)
	case []any:
		for _, entry := range v {
			sum += wordsIn(entry)
		}
	case map[string]any:
		for _, entry := range v {
			sum += wordsIn(entry)
		}
	}
	return sum
}

// wordsOf counts the words of a text, about as search cuts it: at what is
// neither letter nor digit, and every character of writing that has no spaces
// between words.
func wordsOf(text string) int {
	words, within := 0, false
	for _, r := range text {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		spaceless := unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
		if spaceless || letter && !within {
			words++
		}
		within = letter && !spaceless
	}
	return words
}
