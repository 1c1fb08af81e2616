package usage

import (
	"bytes"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"hash/maphash"
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// The ids of sends lie packed one after the other in blocks of bytes. An id as
// the store makes them, the prefix with 32 characters of hex or of lower-case
// base32hex, is packed into what these stand for, about half its length; any
// other stays as it is behind its length. An id has one packed form.
const (
	idBlockBits = 16
	idBlockSize = 1 << idBlockBits

	idCharacters = 32
	hexBytes     = idCharacters / 2
	base32Bytes  = idCharacters * 5 / 8
)

// The forms, in the first byte of a packed id.
const (
	plainForm byte = iota
	hexForm
	base32Form
)

var lowerBase32 = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// pack appends the packed form of an id.
func pack(buf []byte, id string) []byte {
	if rest, ok := strings.CutPrefix(id, enablement.SendPrefix); ok && len(rest) == idCharacters {
		var text [idCharacters]byte
		var raw [base32Bytes]byte
		copy(text[:], rest)
		if n, err := hex.Decode(raw[:], text[:]); err == nil && rest == strings.ToLower(rest) {
			return append(append(buf, hexForm), raw[:n]...)
		}
		if n, err := lowerBase32.Decode(raw[:], text[:]); err == nil && n == base32Bytes {
			return append(append(buf, base32Form), raw[:n]...)
		}
	}
	buf = binary.AppendUvarint(append(buf, plainForm), uint64(len(id)))
	return append(buf, id...)
}

// unpack appends the id that a block begins with.
func unpack(buf, packed []byte) []byte {
	switch packed[0] {
	case hexForm:
		return hex.AppendEncode(append(buf, enablement.SendPrefix...), packed[1:1+hexBytes])
	case base32Form:
		return lowerBase32.AppendEncode(append(buf, enablement.SendPrefix...), packed[1:1+base32Bytes])
	default:
		n, width := binary.Uvarint(packed[1:])
		return append(buf, packed[1+width:1+width+int(n)]...)
	}
}

// packedSize is the length of the packed id that a block begins with.
func packedSize(packed []byte) int {
	switch packed[0] {
	case hexForm:
		return 1 + hexBytes
	case base32Form:
		return 1 + base32Bytes
	default:
		n, width := binary.Uvarint(packed[1:])
		return 1 + width + int(n)
	}
}

// addID writes a packed id and gives its place: the block and the offset in it.
func (t *table) addID(packed []byte) uint32 {
	last := len(t.ids) - 1
	if last < 0 || t.idsUsed+len(packed) > len(t.ids[last]) {
		t.ids = append(t.ids, make([]byte, max(len(packed), idBlockSize)))
		t.idsUsed = 0
		last++
	}
	at := uint32(last<<idBlockBits | t.idsUsed)
	t.idsUsed += copy(t.ids[last][t.idsUsed:], packed)
	return at
}

// idBytes is the buffer that the ids of the store fit in.
type idBytes [64]byte

// appendID appends the id of a send.
func (t *table) appendID(buf []byte, seq uint32) []byte { return unpack(buf, t.packedFrom(seq)) }

func (t *table) id(seq uint32) string {
	var buf idBytes
	return string(t.appendID(buf[:0], seq))
}

// packedID gives the packed id of a send.
func (t *table) packedID(seq uint32) []byte {
	from := t.packedFrom(seq)
	return from[:packedSize(from)]
}

// packedFrom gives the block from the packed id of a send on.
func (t *table) packedFrom(seq uint32) []byte {
	at := t.chunks[seq>>chunkBits].idAt[seq%chunkSize]
	return t.ids[at>>idBlockBits][at%idBlockSize:]
}

// idIndex finds the number of a send by its id. It holds numbers alone, in many
// small hash tables with open addressing, so that growing one of them stops the
// writer for microseconds.
type idIndex struct {
	seed   maphash.Seed
	shards [1 << shardBits]idShard
}

const shardBits = 10

// idShard holds numbers plus one; zero is an empty place.
type idShard struct {
	slots []uint32
	used  int
}

func (x *idIndex) hash(packed []byte) uint64 { return maphash.Bytes(x.seed, packed) }

func (x *idIndex) shard(h uint64) *idShard { return &x.shards[h>>(64-shardBits)] }

// find gives the number of the send with a packed id, whose hash is h.
func (x *idIndex) find(t *table, packed []byte, h uint64) (seq uint32, known bool) {
	shard := x.shard(h)
	if shard.used == 0 {
		return 0, false
	}
	mask := uint64(len(shard.slots) - 1)
	for i := h & mask; shard.slots[i] != 0; i = (i + 1) & mask {
		// One packed form is never the beginning of another.
		if bytes.HasPrefix(t.packedFrom(shard.slots[i]-1), packed) {
			return shard.slots[i] - 1, true
		}
	}
	return 0, false
}

// add enters a send whose id, with the hash h, is not there yet.
func (x *idIndex) add(t *table, seq uint32, h uint64) {
	shard := x.shard(h)
	if shard.used*4 >= len(shard.slots)*3 {
		x.grow(t, shard)
	}
	shard.put(h, seq+1)
	shard.used++
}

func (x *idIndex) grow(t *table, shard *idShard) {
	old := shard.slots
	shard.slots = make([]uint32, max(8, len(old)*2))
	for _, entry := range old {
		if entry != 0 {
			shard.put(x.hash(t.packedID(entry-1)), entry)
		}
	}
}

func (s *idShard) put(h uint64, entry uint32) {
	mask := uint64(len(s.slots) - 1)
	i := h & mask
	for s.slots[i] != 0 {
		i = (i + 1) & mask
	}
	s.slots[i] = entry
}
