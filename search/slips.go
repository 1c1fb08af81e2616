package search

import (
	"slices"
	"strings"
)

// keyRows are the rows of letters of a keyboard: QWERTY's, which QWERTZ and
// AZERTY differ little from.
const keyRows = "qwertyuiop asdfghjkl zxcvbnm"

// What slips cost. A finger that is too early, twice there, or a key beside
// its own, is the smaller slip.
const (
	costSwap, costTwice, costKey, costVowel = 0.6, 0.6, 0.8, 0.8
	costLetter                              = 1.0
	costFirst                               = 0.4 // more, for the first letter: few get it wrong
)

// slips is what the slips of the finger cost that lie between what was written
// and what may have been meant: the least sum over all ways to see them
// (Damerau, Levenshtein).
func slips(written, meant string) float64 {
	a, b := []rune(written), []rune(meant)
	rows := make([][]float64, len(a)+1)
	for i := range rows {
		rows[i] = make([]float64, len(b)+1)
	}
	for i := range rows {
		for j := range rows[i] {
			rows[i][j] = least(rows, a, b, i, j)
		}
	}
	return rows[len(a)][len(b)]
}

// least is the least cost of turning a's first i letters into b's first j.
func least(rows [][]float64, a, b []rune, i, j int) float64 {
	var ways []float64
	if i > 0 {
		ways = append(ways, rows[i-1][j]+letter(a, i-1)+first(i))
	}
	if j > 0 {
		ways = append(ways, rows[i][j-1]+letter(b, j-1)+first(j))
	}
	if i > 0 && j > 0 {
		ways = append(ways, rows[i-1][j-1]+other(a[i-1], b[j-1])+unequal(a[i-1], b[j-1])*first(i))
	}
	if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] && a[i-1] != a[i-2] {
		ways = append(ways, rows[i-2][j-2]+costSwap)
	}
	if len(ways) == 0 {
		return 0
	}
	return slices.Min(ways)
}

// letter is what a letter too much or too few costs.
func letter(word []rune, i int) float64 {
	if i > 0 && word[i-1] == word[i] {
		return costTwice
	}
	return costLetter
}

func first(i int) float64 {
	if i == 1 {
		return costFirst
	}
	return 0
}

func unequal(a, b rune) float64 {
	if a == b {
		return 0
	}
	return 1
}

// other is what one letter for another costs.
func other(a, b rune) float64 {
	const vowels = "aeiouy"
	switch {
	case a == b:
		return 0
	case adjacent(a, b):
		return costKey
	case strings.ContainsRune(vowels, a) && strings.ContainsRune(vowels, b):
		return costVowel
	default:
		return costLetter
	}
}

// adjacent tells whether two letters are neighbours on a keyboard: in a row, or
// one below the other.
func adjacent(a, b rune) bool {
	i, j := strings.IndexRune(keyRows, a), strings.IndexRune(keyRows, b)
	if i < 0 || j < 0 {
		return false
	}
	const below = 10 // places to one of the letters below
	d := max(i, j) - min(i, j)
	return d == 1 || d == below || d == below+1
}

// within tells whether two words are at most so many letters apart, two that
// are swapped counting once.
func within(a, b string, distance int) bool {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > distance || -d > distance {
		return false
	}
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		for j := range rows[i] {
			rows[i][j] = edits(rows, x, y, i, j)
		}
	}
	return rows[len(x)][len(y)] <= distance
}

func edits(rows [][]int, x, y []rune, i, j int) int {
	if i == 0 || j == 0 {
		return i + j
	}
	change := 1
	if x[i-1] == y[j-1] {
		change = 0
	}
	n := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
	if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
		n = min(n, rows[i-2][j-2]+1)
	}
	return n
}
