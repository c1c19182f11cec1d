/**
 * The truth kept in etcd; the only room that knows etcd.
 *
 * <p>An object is one key below a prefix; its value is an envelope with everything but the key and the two revisions, which are etcd's
 * own. A commit becomes one transaction that compares the revision of every key it depends on, so that it can land at most once however
 * often it is sent: that is what makes an unanswered commit safe to send again. Its other branch reads the compared keys, so that a
 * refusal names what it met. A list is read in large pages at one revision. A watch is one stream over the whole prefix, filtered here,
 * and resumes by itself after the last revision that was delivered, at any endpoint.
 *
 * <p>A cluster that is not our own is met with suspicion: {@link dev.banyan.runtime.store.etcd.EtcdStore#connect} reads its version, logs in
 * and asks for its rights before anything depends on them, and whatever fails, then or later, says what was tried where, what came back, and
 * what helps. All calls stay with one endpoint until it fails and then take the next; watches choose theirs apart. A token that has expired is
 * replaced on the way.
 *
 * <p><b>Guarantees.</b> Those of {@link dev.banyan.runtime.store.Store}, over broken connections, restarts and compaction. Reads are
 * linearizable. <b>Caveats.</b> {@code Update} takes its base at its word: whoever hands on the writes of others checks them first. A
 * delete whose answer was lost reads as {@code Unknown} once the object is gone, since an absent key does not say who removed it. Every
 * watch receives everything below the prefix; put a {@code WatchCache} in front when there is more than a handful.
 */
@NullMarked
package dev.banyan.runtime.store.etcd;

import org.jspecify.annotations.NullMarked;
