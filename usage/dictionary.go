package usage

import "strings"

// dictionary numbers the values of a column in the order in which they first
// came. Number 0 is "", no value.
type dictionary struct {
	ordinals map[string]uint32
	names    []string
	bytes    int // of the names
}

func newDictionary() dictionary {
	return dictionary{ordinals: map[string]uint32{"": 0}, names: []string{""}}
}

// ordinal gives the number of a value and makes one where it has none. The
// value is copied: a send that came in would otherwise be kept alive by it.
func (d *dictionary) ordinal(name string) uint32 {
	if n, ok := d.ordinals[name]; ok {
		return n
	}
	n := uint32(len(d.names))
	name = strings.Clone(name)
	d.ordinals[name] = n
	d.names = append(d.names, name)
	d.bytes += len(name)
	return n
}

// set is a table of which numbers the values have. A value that never came has
// none and matches nothing.
func (d *dictionary) set(values []string) []bool {
	in := make([]bool, len(d.names))
	for _, v := range values {
		if n, ok := d.ordinals[v]; ok {
			in[n] = true
		}
	}
	return in
}
