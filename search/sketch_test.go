package search

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// twoTexts draws shingles of two texts that have some in common.
func twoTexts(t *rapid.T) (a, b []uint64) {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	size := rapid.IntRange(fewestShingles, 400).Draw(t, "size")
	shared := rapid.Float64Range(0, 1).Draw(t, "shared")
	for range size {
		x := r.Uint64()
		switch {
		case r.Float64() < shared:
			a, b = append(a, x), append(b, x)
		default:
			a, b = append(a, x), append(b, r.Uint64())
		}
	}
	return a, b
}

func TestASketchEstimatesTheShareOfWhatTwoTextsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := twoTexts(t)
		s, u := sketchOf(a), sketchOf(b)
		truth := resemblance(different(slices.Clone(a)), different(slices.Clone(b)))
		if got := s.estimate(&u); math.Abs(got-truth) > 0.4 { // six standard deviations and more
			t.Fatalf("estimate %.3f of %.3f", got, truth)
		}
		if s.estimate(&u) != u.estimate(&s) || s.estimate(&s) != 1 {
			t.Fatal("the estimate is not symmetric, or a text is not like itself")
		}
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(a), func(i, j int) { a[i], a[j] = a[j], a[i] })
		if again := sketchOf(append(a, a[:3]...)); again != s {
			t.Fatal("the order of shingles, or how often one is there, changes the sketch")
		}
	})
}

// The error of many estimates is that of as many independent hashes, also where
// a text has fewer shingles than a sketch has places; and as many pairs as are
// said to meet in a band do.
func TestEstimatesAreAsGoodAsTheyAreSaidToBe(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for _, size := range []int{20, 60, 300, 3_000} {
		for _, shared := range []float64{0.3, 0.5, 0.6, 0.7, 0.9} {
			sum, bias, met := 0.0, 0.0, 0.0
			const trials = 1_000
			for range trials {
				union := make([]uint64, size)
				for i := range union {
					union[i] = r.Uint64()
				}
				both := int(shared * float64(size))
				half := both + (size-both)/2
				a, b := slices.Clone(union[:half]), slices.Concat(union[:both], union[half:])
				s, u := sketchOf(a), sketchOf(b)
				if s.meet(&u) < bands {
					met++
				}
				off := s.estimate(&u) - float64(both)/float64(size)
				sum, bias = sum+off*off, bias+off
			}
			j := math.Floor(shared*float64(size)) / float64(size)
			foreseen := math.Sqrt(j * (1 - j) / sketchSize)
			meeting := 1 - math.Pow(1-math.Pow(j, bandRows), bands)
			report := fmt.Sprintf("%d shingles, %.2f shared: off by %.3f (foreseen %.3f), bias %+.4f, %.3f meet (foreseen %.3f)",
				size, j, math.Sqrt(sum/trials), foreseen, bias/trials, met/trials, meeting)
			t.Log(report)
			if math.Sqrt(sum/trials) > 1.2*foreseen || math.Abs(bias/trials) > 0.012 || met/trials < meeting-0.05 {
				t.Error(report)
			}
		}
	}
}

// resemblance by its definition: words in rows, compared one by one.
func TestShinglesAgainstTheirDefinition(t *testing.T) {
	word := rapid.StringMatching(`[a-c]`)
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(word, 0, 60).Draw(t, "a")
		b := rapid.SliceOfN(word, 0, 60).Draw(t, "b")
		rows := func(words []string) map[string]bool {
			set := map[string]bool{}
			for i := range max(0, len(words)-shingleWords+1) {
				set[strings.Join(words[i:i+shingleWords], " ")] = true
			}
			return set
		}
		x, y := rows(a), rows(b)
		both := 0
		for row := range x {
			if y[row] {
				both++
			}
		}
		want := 0.0
		if len(x) >= fewestShingles && len(y) >= fewestShingles {
			want = float64(both) / float64(len(x)+len(y)-both)
		}
		of := func(words []string) []uint64 {
			return different(shinglesOf(piece("x", "", strings.Join(words, ", "))))
		}
		if got := resemblance(of(a), of(b)); got != want {
			t.Fatalf("resemblance %v, want %v", got, want)
		}
	})
}

func TestWhatIsWrittenOtherwiseIsTheSameShingle(t *testing.T) {
	long := strings.Repeat("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ", 1)
	for name, c := range map[string]struct {
		a, b string
		want float64
	}{
		"case and signs":         {long + "Straße - Élan!", strings.ToUpper(long) + "strasse elan", 1},
		"composed or decomposed": {long + "café", long + "cafe\u0301", 1},
		"full width":             {long + "ＡＢＣ", long + "abc", 1},
		"lines and spaces":       {long + "end", strings.ReplaceAll(long, " ", "\n\n ") + "end", 1},
		"another script":         {"この資料は、監査証跡がどのように変更を記録するかを説明します", "この資料は、監査証跡がどのように変更を記録するかを説明します。", 1},
		"nothing":                {"", "", 0},
		"one sign over and over": {strings.Repeat("- ", 100), strings.Repeat("- ", 100), 0},
	} {
		a, b := different(shinglesOf(piece("a", "", c.a))), different(shinglesOf(piece("b", "", c.b)))
		if got := resemblance(a, b); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func FuzzShingles(f *testing.F) {
	f.Add("Straße", "\xff\xfe", "数据 and 데이터")
	f.Fuzz(func(t *testing.T, title, summary, body string) {
		a := piece("a", title, body)
		a.Summary = summary
		list := shinglesOf(a)
		if s := sketchOf(list); s.speaks != (len(list) >= fewestShingles) || s.speaks && s.estimate(&s) != 1 {
			t.Errorf("a text is not like itself")
		}
	})
}
