// Package store keeps the documents of Quiver in MongoDB, the truth from which
// every copy in the process is made: assets, leads, sends, personas,
// industries, synonyms and users.
//
// It owns the collections and their indexes, the caches of documents by id, and
// the order in which the copies elsewhere (followers: the search index, the
// usage ledger) hear of changes. It never searches, counts or ranks, and no
// read that a person waits for scans a collection.
//
// The same code serves a MongoDB that is shared with other servers and the
// engine inside the process (store/embedded), of which this process is the sole
// owner. Two differences follow from that. A sole owner writes by _id alone,
// under a lock per noun, because the embedded engine is fast at nothing else; on
// a shared MongoDB a write names the revision it was made from. And only on a
// shared MongoDB does the store tail the changes of other servers.
package store
