package usage

import (
	"encoding/binary"
	"hash/maphash"
)

// The ids of sends lie one after the other in blocks of bytes, each behind its
// length. A string each would cost its header and rounding on top.
const (
	idBlockBits = 16
	idBlockSize = 1 << idBlockBits
)

// addID writes an id and gives its place: the block and the offset in it.
func (t *table) addID(id string) uint32 {
	need := binary.MaxVarintLen32 + len(id)
	last := len(t.ids) - 1
	if last < 0 || t.idsUsed+need > len(t.ids[last]) {
		t.ids = append(t.ids, make([]byte, max(need, idBlockSize)))
		t.idsUsed = 0
		last++
	}
	at := uint32(last<<idBlockBits | t.idsUsed)
	block := t.ids[last]
	t.idsUsed += binary.PutUvarint(block[t.idsUsed:], uint64(len(id)))
	t.idsUsed += copy(block[t.idsUsed:], id)
	return at
}

// id gives the id of a send; it must not be changed or kept.
func (t *table) id(seq uint32) []byte {
	at := t.chunks[seq>>chunkBits].idAt[seq%chunkSize]
	block := t.ids[at>>idBlockBits][at%idBlockSize:]
	n, width := binary.Uvarint(block)
	return block[width : width+int(n)]
}

// idIndex finds the number of a send by its id. It holds numbers alone, in many
// small hash tables with open addressing, so that growing one of them stops the
// writer for microseconds.
type idIndex struct {
	seed   maphash.Seed
	shards [idShards]idShard
}

const idShards = 1 << 10

// idShard holds numbers plus one; zero is an empty place.
type idShard struct {
	slots []uint32
	used  int
}

func (x *idIndex) hash(id []byte) (shard *idShard, h uint64) {
	h = maphash.Bytes(x.seed, id)
	return &x.shards[h>>54], h
}

// has tells whether an id is there.
func (x *idIndex) has(t *table, id string) bool {
	h := maphash.String(x.seed, id)
	shard := &x.shards[h>>54]
	if shard.used == 0 {
		return false
	}
	mask := uint64(len(shard.slots) - 1)
	for i := h & mask; shard.slots[i] != 0; i = (i + 1) & mask {
		if string(t.id(shard.slots[i]-1)) == id {
			return true
		}
	}
	return false
}

// add enters a send whose id is not there yet.
func (x *idIndex) add(t *table, seq uint32) {
	shard, h := x.hash(t.id(seq))
	if shard.used*4 >= len(shard.slots)*3 {
		x.grow(t, shard)
	}
	shard.put(h, seq+1)
	shard.used++
}

func (x *idIndex) grow(t *table, shard *idShard) {
	old := shard.slots
	shard.slots = make([]uint32, max(8, 2*len(old)))
	for _, entry := range old {
		if entry != 0 {
			_, h := x.hash(t.id(entry - 1))
			shard.put(h, entry)
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
